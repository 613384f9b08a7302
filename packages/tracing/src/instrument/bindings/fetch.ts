// The global `fetch`: one span a call, and the trace context sent along.
import { formatTraceparent } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import { invocationOf, type Span } from "../../span.ts";
import { type OperationAttributes, traceOperation } from "../operation.ts";
import { streamLength } from "../stream-length.ts";

type Fetch = typeof globalThis.fetch;
type FetchArguments = [input?: RequestInfo | URL, init?: RequestInit];

/** Request headers that the caller may set and that become attributes. */
const HEADER_ATTRIBUTES = [
  ["user-agent", "user_agent.original"],
  ["content-type", "http.request.header.content-type"],
  ["content-length", "http.request.header.content-length"],
  ["accept", "http.request.header.accept"],
  ["accept-encoding", "http.request.header.accept-encoding"],
] as const;

export function instrumentFetch(runtime: Runtime, original: Fetch): Fetch {
  return {
    fetch(this: unknown, ...args: FetchArguments): Promise<Response> {
      const active = runtime.active.getStore();
      if (active === undefined || !runtime.config.traces.enabled)
        return original.apply(this as typeof globalThis, args as Parameters<Fetch>);
      // The platform itself reads the arguments, once, as it would. What it refuses it says itself.
      const request = toRequest(args);
      if (request === undefined) return original.apply(this as typeof globalThis, args as Parameters<Fetch>);
      const send = (span: Span) => original.call(this as typeof globalThis, withContext(request, span));
      // Nothing goes over the network, so nothing carries a context and there is nothing to tell.
      if (!/^https?:/.test(request.url) || request.signal?.aborted) {
        return original.call(this as typeof globalThis, request);
      }
      return traceOperation(
        runtime,
        { name: "fetch", attributes: () => requestAttributes(request), resultAttributes: responseAttributes },
        (span) => send(span ?? active),
      );
    },
  }.fetch as Fetch;
}

function toRequest(args: FetchArguments): Request | undefined {
  const [input, init] = args;
  if (input === undefined) return undefined;
  try {
    return new Request(input, init);
  } catch {
    return undefined;
  }
}

/** The trace's context on the request, unless the caller has set one: the callee inherits the decision either way. */
function withContext(request: Request, span: Span): Request {
  if (request.headers.has("traceparent")) return request;
  const { traceId, spanId, traceFlags } = span.spanContext();
  request.headers.set("traceparent", formatTraceparent(traceId, spanId, traceFlags === 1));
  const traceState = invocationOf(span)?.traceState ?? "";
  if (traceState !== "") request.headers.set("tracestate", traceState);
  return request;
}

function requestAttributes({ headers, method, url: href, body }: Request): OperationAttributes {
  const url = new URL(href);
  const attributes: OperationAttributes = {
    "network.protocol.name": "http",
    "network.protocol.version": "HTTP/1.1",
    "http.request.method": method,
    "url.full": withoutCredentials(url),
    "url.scheme": url.protocol.slice(0, -1),
    "url.path": url.pathname,
    "url.query": url.search.slice(1) || undefined,
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
    "http.request.body.size": body === null ? undefined : streamLength(body),
  };
  for (const [header, attribute] of HEADER_ATTRIBUTES) attributes[attribute] = headers.get(header);
  return attributes;
}

function responseAttributes({ status, headers, body }: Response): OperationAttributes {
  const declared = headers.get("content-length");
  return {
    "http.response.status_code": status,
    "http.response.body.size":
      body === null ? 0 : (streamLength(body) ?? (declared === null ? undefined : Number(declared))),
  };
}

/** User name and password of a URL never leave the Worker. */
export function withoutCredentials(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const copy = new URL(url);
  copy.username = "";
  copy.password = "";
  return copy.href;
}

// The global `fetch`: one span a call, and the trace context sent along.
import { formatTraceparent } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import type { Span } from "../../span.ts";
import { utf8Length } from "../../text.ts";
import { type OperationAttributes, traceOperation } from "../operation.ts";

type Fetch = typeof globalThis.fetch;

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
    fetch(this: unknown, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
      const receiver = this as typeof globalThis;
      const url = urlOf(input);
      // Not a URL: the platform throws its own error, and nothing was sent that a span could tell of.
      if (url === undefined) return original.call(receiver, input, init);
      let headers: Headers | undefined;
      return traceOperation(
        runtime,
        {
          name: "fetch",
          attributes: () => {
            headers = headersOf(input, init);
            return requestAttributes(input, init, url, headers);
          },
          resultAttributes: responseAttributes,
        },
        (span) =>
          original.call(receiver, input, span && headers ? withTraceparent(init, headers, span) : init),
      );
    },
  }.fetch as Fetch;
}

function urlOf(input: RequestInfo | URL): URL | undefined {
  return URL.parse(input instanceof Request ? input.url : String(input)) ?? undefined;
}

/** A copy of the request's headers; the caller's may be an iterable that can be read only once, so it is the one sent. */
function headersOf(input: RequestInfo | URL, init: RequestInit | undefined): Headers {
  return new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
}

/** The same request with the trace's context, unless the caller has set one. */
function withTraceparent(init: RequestInit | undefined, headers: Headers, span: Span): RequestInit {
  if (!headers.has("traceparent")) {
    const { traceId, spanId } = span.spanContext();
    headers.set("traceparent", formatTraceparent(traceId, spanId, true));
  }
  // Inheriting keeps getters and members that no copy would carry over.
  return Object.create(init ?? null, { headers: { value: headers, enumerable: true } }) as RequestInit;
}

function requestAttributes(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  url: URL,
  headers: Headers,
): OperationAttributes {
  const request = input instanceof Request ? input : undefined;
  const attributes: OperationAttributes = {
    "network.protocol.name": "http",
    "network.protocol.version": "HTTP/1.1",
    "http.request.method": (init?.method ?? request?.method ?? "GET").toUpperCase(),
    "url.full": withoutCredentials(url),
    "url.scheme": url.protocol.slice(0, -1),
    "url.path": url.pathname,
    "url.query": url.search.slice(1) || undefined,
    "server.address": url.hostname,
    "server.port": url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
    "http.request.body.size": bodySize(init?.body),
  };
  for (const [header, attribute] of HEADER_ATTRIBUTES) attributes[attribute] = headers.get(header);
  return attributes;
}

function responseAttributes(response: Response): OperationAttributes {
  const length = response.headers.get("content-length");
  return {
    "http.response.status_code": response.status,
    "http.response.body.size": length !== null && /^\d+$/.test(length) ? Number(length) : undefined,
  };
}

/** Bytes, where they are known without reading a stream. */
function bodySize(body: unknown): number | undefined {
  if (typeof body === "string") return utf8Length(body);
  if (body instanceof URLSearchParams) return utf8Length(body.toString());
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return body instanceof Blob ? body.size : undefined;
}

/** User name and password of a URL never leave the Worker. */
export function withoutCredentials(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const copy = new URL(url);
  copy.username = "";
  copy.password = "";
  return copy.href;
}

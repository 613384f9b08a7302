// `fetch`, the global one and that of bindings: one span a call, and the trace context sent along.
import { attempt } from "../../attempt.ts";
import { formatTraceparent, isCarriedTo } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import { invocationOf, type Span } from "../../span.ts";
import { headerAttributes } from "../fields.ts";
import { lifetimeOf } from "../handlers/lifetime.ts";
import { type Operation, type OperationAttributes, traceOperation } from "../operation.ts";
import { noteReceived, streamLength } from "../stream-length.ts";

type Fetch = typeof globalThis.fetch;
type FetchArguments = [input?: RequestInfo | URL, init?: RequestInit];

/** With `enclosing`, each call is a span of that, with the span of the request inside. */
export function instrumentFetch(
  runtime: Runtime,
  original: Fetch,
  enclosing?: Operation<Promise<Response>>,
): Fetch {
  // `original` may be a proxy of the program's, which has no `call`.
  return {
    fetch(this: unknown, ...args: FetchArguments): Promise<Response> {
      const active = runtime.active.getStore();
      if (active === undefined || !runtime.config.traces.enabled) return Reflect.apply(original, this, args);
      // The platform itself reads the arguments, once, as it would. What it refuses it says itself.
      const request = toRequest(args);
      if (request === undefined) return Reflect.apply(original, this, args);
      // Nothing goes over the network, so nothing carries a context and there is nothing to tell.
      if (!/^https?:/.test(request.url) || request.signal?.aborted) {
        return Reflect.apply(original, this, [request]);
      }
      return within(runtime, enclosing, () =>
        traceOperation(
          runtime,
          {
            name: "fetch",
            attributes() {
              return requestAttributes(request);
            },
            resultAttributes(response: Response) {
              noteReceived(response);
              return responseAttributes(response);
            },
          },
          (span) => Reflect.apply(original, this, [withContext(runtime, request, span ?? active)]),
        ),
      );
    },
  }.fetch as Fetch;
}

function within<T>(runtime: Runtime, around: Operation<T> | undefined, call: () => T): T {
  return around === undefined ? call() : traceOperation(runtime, around, call);
}

function toRequest(args: FetchArguments): Request | undefined {
  const [input, init] = args;
  // Bun makes an empty one of a Request whose body has been read, which its fetch refuses.
  if (input instanceof Request && input.bodyUsed && init?.body === undefined) return undefined;
  return attempt(() => new Request(input as RequestInfo, init));
}

/**
 * The trace's context on the request, unless the caller has set one or the target is to get none. A request that is
 * passed on has that of whoever sent it, in whose place we are now. The callee inherits the sampling decision either way
 * it fell.
 */
function withContext(runtime: Runtime, request: Request, span: Span): Request {
  const { headers } = request;
  const invocation = invocationOf(span);
  const present = headers.get("traceparent");
  if (present !== null && present !== lifetimeOf(invocation)?.traceparent) return request;
  if (!isCarriedTo(request.url, runtime.config.propagation.exclude)) return request;
  const { traceId, spanId, traceFlags } = span.spanContext();
  headers.set("traceparent", formatTraceparent(traceId, spanId, traceFlags === 1));
  const { traceState = "", baggage = "" } = invocation ?? {};
  if (traceState !== "") headers.set("tracestate", traceState);
  else if (present !== null) headers.delete("tracestate");
  if (baggage !== "" && !headers.has("baggage")) headers.set("baggage", baggage);
  return request;
}

function requestAttributes({ headers, method, url: href, body }: Request): OperationAttributes {
  const url = new URL(href);
  return {
    "network.protocol.name": "http",
    "network.protocol.version": "HTTP/1.1",
    "http.request.method": method,
    "url.full": href,
    "url.scheme": url.protocol.slice(0, -1),
    "url.path": url.pathname,
    "url.query": url.search.slice(1) || undefined,
    "server.address": url.hostname,
    "server.port": Number(url.port || (url.protocol === "https:" ? 443 : 80)),
    "http.request.body.size": body === null ? undefined : streamLength(body),
    "user_agent.original": headers.get("user-agent"),
    ...headerAttributes(headers, "content-type content-length accept accept-encoding"),
  };
}

function responseAttributes({ status, headers, body }: Response): OperationAttributes {
  const declared = headers.get("content-length");
  return {
    "http.response.status_code": status,
    "http.response.body.size": body === null ? 0 : (streamLength(body) ?? (declared && Number(declared))),
  };
}

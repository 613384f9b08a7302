// The fetch handler: one invocation a request, its root span described by the request and the response.
import { parseTraceparent } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import { writeStatus } from "../../span.ts";
import { SERVER } from "../../span-record.ts";
import { withoutCredentials } from "../bindings/fetch.ts";
import { annotate, type OperationAttributes } from "../operation.ts";
import { watchBody } from "./body.ts";
import { type HandlerContext, type Lifetime, runInvocation } from "./lifetime.ts";

/** What Cloudflare's edge, or its stand-in, says of a request. */
interface RequestFacts {
  asn?: number;
  timezone?: string;
  continent?: string;
  country?: string;
  city?: string;
  region?: string;
}

export function runFetch(
  runtime: Runtime,
  request: Request,
  context: HandlerContext,
  handler: () => Response | Promise<Response>,
): Promise<Response> {
  const { headers } = request;
  return runInvocation(
    runtime,
    {
      name: request.method,
      kind: SERVER,
      parent: parseTraceparent(headers.get("traceparent"), headers.get("tracestate")),
    },
    context,
    (lifetime) => {
      annotate(lifetime.invocation.root, () => requestAttributes(request));
      return handler();
    },
    receive,
  );
}

function receive(response: Response, lifetime: Lifetime): Response {
  if (!(response instanceof Response)) {
    // The runtime's to complain about; we only know that it will.
    lifetime.outcome = "exception";
    lifetime.fail(new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'."));
    return response;
  }
  const { root } = lifetime.invocation;
  annotate(root, () => ({ "http.response.status_code": response.status }));
  // What the program says of its own root is final.
  if (response.status >= 500 && !lifetime.invocation.spans.hasStatus(0)) writeStatus(root, { code: "error" });
  // A WebSocket goes on without a body; its messages are not this request's.
  if (response.status === 101) return response;
  const release = lifetime.hold();
  return watchBody(response, (end) => {
    if (end === "canceled") lifetime.outcome = "canceled";
    else if (end !== "sent") {
      lifetime.outcome = "exception";
      lifetime.fail(end.error);
    }
    release();
  });
}

function requestAttributes(request: Request): OperationAttributes {
  const url = new URL(request.url);
  const { headers } = request;
  const facts = (request as Request & { cf?: RequestFacts }).cf ?? {};
  return {
    "faas.trigger": "http",
    "cloudflare.handler_type": "fetch",
    "cloudflare.execution_model": "stateless",
    "http.request.method": request.method,
    "url.full": withoutCredentials(url),
    "url.path": url.pathname,
    "network.protocol.name": "http",
    "http.request.header.accept": headers.get("accept"),
    "http.request.header.accept-encoding": headers.get("accept-encoding"),
    "http.request.header.accept-language": headers.get("accept-language"),
    "user_agent.original": headers.get("user-agent"),
    "cloudflare.ray_id": headers.get("cf-ray"),
    "cloudflare.asn": facts.asn,
    "geo.timezone": facts.timezone,
    "geo.continent.code": facts.continent,
    "geo.country.code": facts.country,
    "geo.locality.name": facts.city,
    "geo.locality.region": facts.region,
  };
}

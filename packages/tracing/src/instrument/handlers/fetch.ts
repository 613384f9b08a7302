// The fetch handler: one invocation a request, its root span described by the request and the response.
import { attempt } from "../../attempt.ts";
import { active } from "../../process.ts";
import { incomingContext } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import { writeStatus } from "../../span.ts";
import { SERVER } from "../../span-record.ts";
import { headerAttributes } from "../fields.ts";
import { annotate, type OperationAttributes } from "../operation.ts";
import { watchBody } from "./body.ts";
import type { Delivery } from "./event.ts";
import type { Lifetime } from "./lifetime.ts";
import { describeRoot } from "./receiver.ts";
import { runInvocation } from "./run.ts";

/** What Cloudflare's edge, or its stand-in, says of a request. */
interface RequestFacts {
  asn?: number;
  colo?: string;
  verifiedBotCategory?: string;
  timezone?: string;
  continent?: string;
  country?: string;
  city?: string;
  region?: string;
}

export function runFetch(
  runtime: Runtime,
  { event, context, receiver }: Delivery,
  handler: () => Response | Promise<Response>,
): Promise<Response> {
  const request = event as Request;
  const fromCaller = incomingContext(request.headers, runtime.config.propagation.incoming);
  return runInvocation(
    runtime,
    { name: request.method, kind: SERVER, context: fromCaller },
    context,
    (lifetime) => {
      lifetime.traceparent = request.headers.get("traceparent");
      const { root } = lifetime.invocation;
      describeRoot(root, "fetch", "http", receiver);
      annotate(root, () => requestAttributes(request));
      // Where the caller goes away workerd stops the handler, and whatever is to send the trace; not that of an object.
      if (runtime.host.isCloudflare && context.id === undefined) {
        attempt(() => request.signal.addEventListener("abort", () => lifetime.abandon()));
      }
      return handler();
    },
    (response, lifetime) => receive(response, lifetime, request.method),
  );
}

function receive(response: Response, lifetime: Lifetime, method: string): Response {
  // On Node libraries answer with a Response of their own, and servers put theirs in the place of the runtime's.
  if (!(response instanceof Response) && response?.[Symbol.toStringTag as never] !== "Response") {
    // The runtime's to complain about; we only know that it will.
    lifetime.outcome = "exception";
    lifetime.fail(new TypeError("Incorrect type for Promise: the Promise did not resolve to 'Response'."));
    return response;
  }
  if (response.bodyUsed || response.body?.locked || response.status === 0) {
    // As above: no runtime can send it, and the client gets another status than its own.
    lifetime.outcome = "exception";
    lifetime.fail(new TypeError(whyUnsendable(response)));
    return response;
  }
  // Wrangler's own, which it makes of an error.
  if (lifetime.outcome === "exception") return response;
  const { invocation } = lifetime;
  const { root } = invocation;
  annotate(root, () => ({
    "http.response.status_code": response.status,
    "cloudflare.response.time_to_first_byte_ms": invocation.now() - invocation.spans.startOf(0),
  }));
  // What the program says of its own root is final.
  if (response.status >= 500 && !invocation.spans.hasStatus(0)) writeStatus(root, { code: "error" });
  // A WebSocket goes on without a body; its messages are not this request's.
  if (response.status === 101) return response;
  const release = lifetime.holdForStream();
  // Outside of workerd a stream's callbacks run in the async context of whoever reads it: a server, who has no span.
  return active.run(root, () =>
    watchBody(response, (end) => {
      if (end === "canceled") {
        // What answers HEAD has no body to send: Bun gives it up at once, whatever the client does.
        if (method !== "HEAD") lifetime.outcome = "canceled";
      } else if (end !== "sent") {
        lifetime.outcome = "exception";
        lifetime.fail(end.error);
      }
      release();
    }),
  );
}

const whyUnsendable = ({ status }: Response): string =>
  status === 0
    ? "The response is an error, of status 0."
    : "Body has already been used. It can only be used once.";

function requestAttributes(request: Request): OperationAttributes {
  const { headers } = request;
  const facts = (request as Request & { cf?: RequestFacts }).cf ?? {};
  return {
    "http.request.method": request.method,
    "url.full": request.url,
    "url.path": new URL(request.url).pathname,
    "network.protocol.name": "http",
    ...headerAttributes(headers, "accept accept-encoding accept-language"),
    "user_agent.original": headers.get("user-agent"),
    "cloudflare.ray_id": headers.get("cf-ray"),
    "cloudflare.colo": facts.colo,
    "cloudflare.verified_bot_category": facts.verifiedBotCategory,
    "cloudflare.asn": facts.asn,
    "geo.timezone": facts.timezone,
    "geo.continent.code": facts.continent,
    "geo.country.code": facts.country,
    "geo.locality.name": facts.city,
    "geo.locality.region": facts.region,
  };
}

// POST /v1/traces, /v1/logs and /v1/metrics: OTLP/HTTP in JSON or protobuf, plain or compressed.

import { RpcCode } from "@enterspan/otlp";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { readBody } from "../ingest/body.ts";
import type { Intake } from "../ingest/intake.ts";
import { type Answer, encodingOf, receive, refused } from "../ingest/receive.ts";
import type { Meter } from "../operations/meter.ts";

export function otlpRoutes(intake: Intake, meter: Meter): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  for (const signal of ["traces", "logs", "metrics"] as const) {
    routes.post(`/${signal}`, async (context) => {
      const { incoming } = context.env;
      const encoding = encodingOf(incoming.headers["content-type"]);
      if (!encoding) {
        const message = "Content-Type must be application/json or application/x-protobuf.";
        return respond(refused("json", 415, RpcCode.UNIMPLEMENTED, message));
      }
      return respond(await receive(signal, encoding, () => readBody(incoming), intake, meter));
    });
    routes.all(`/${signal}`, () => {
      const answer = refused("json", 405, RpcCode.UNIMPLEMENTED, `Use POST for /v1/${signal}.`);
      return respond(answer, { allow: "POST" });
    });
  }
  routes.all("*", (context) => {
    const message = `${context.req.path} does not exist; this server takes /v1/traces, /v1/logs and /v1/metrics.`;
    return respond(refused("json", 404, RpcCode.UNIMPLEMENTED, message));
  });
  return routes;
}

function respond(answer: Answer, headers: Record<string, string> = {}): Response {
  const body = typeof answer.body === "string" ? answer.body : new Uint8Array(answer.body);
  return new Response(body, {
    status: answer.status,
    headers: {
      "content-type": answer.contentType,
      ...(answer.retryAfter !== undefined && { "retry-after": String(answer.retryAfter) }),
      ...headers,
    },
  });
}

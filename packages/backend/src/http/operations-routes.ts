// GET /readyz and /metrics, and what they are made of: every response counted, and told to the log where it is asked for.

import type { HttpBindings } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import type { Log } from "../operations/log.ts";
import type { Meter } from "../operations/meter.ts";
import { METRICS_CONTENT_TYPE } from "../operations/metrics.ts";
import type { Readiness } from "../operations/readiness.ts";
import type { ReadyResponse } from "./contract.ts";

export interface Operations {
  meter: Meter;
  readiness: Readiness;
  log: Log;
}

export function operationsRoutes({ meter, readiness }: Operations): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/readyz", async (context) => {
    const { ready, checks } = await readiness.report();
    const body: ReadyResponse = { status: ready ? "ready" : "unready", checks };
    return ready ? context.json(body) : context.json(body, 503, { "retry-after": "1" });
  });
  routes.get("/metrics", async (context) =>
    context.body(meter.text(await readiness.freeBytes()), 200, { "content-type": METRICS_CONTENT_TYPE }),
  );
  return routes;
}

const FAMILIES = new Map([
  ["v1", "otlp"],
  ["api", "api"],
  ["client", "telemetry"],
]);

export function observeResponses({ meter, log }: Operations): MiddlewareHandler {
  return async (context, next) => {
    const began = performance.now();
    await next();
    const { method, path } = context.req;
    const { status } = context.res;
    meter.responded(FAMILIES.get(path.split("/", 2)[1] ?? "") ?? "other", status);
    const ms = Math.round(performance.now() - began);
    log({ level: "debug", message: `${method} ${path} ${status}`, fields: { method, path, status, ms } });
  };
}

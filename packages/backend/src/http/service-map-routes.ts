// GET /api/services/map: which services call which.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { ALL_TIME } from "../store/filter.ts";
import type { Store } from "../store/store.ts";
import type { ServiceMapResponse } from "./contract.ts";
import { parsed } from "./parameters.ts";

/** Pairs of services: more could not be read in one picture. */
const MAX_CALLS = 1_000;
const LAST_MS = Number(ALL_TIME.toUnixNano / 1_000_000n);

const milliseconds = z.coerce.number("must be milliseconds since 1970").min(0);
const parameters = z
  .object({ from: milliseconds, to: milliseconds })
  .refine(({ from, to }) => from < to, { message: "must be earlier than to", path: ["from"] });

export function serviceMapRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/map", async (context) => {
    const { from, to } = parsed(parameters, context.req.query());
    const calls = await store.mapServices({
      fromUnixNano: nanos(from),
      toUnixNano: nanos(to),
      limit: MAX_CALLS,
    });
    return context.json<ServiceMapResponse>({
      calls: calls.map(({ p50Nano, p95Nano, ...call }) => ({
        ...call,
        p50Nano: String(p50Nano),
        p95Nano: String(p95Nano),
      })),
    });
  });
  return routes;
}

const nanos = (ms: number): bigint => BigInt(Math.floor(Math.min(ms, LAST_MS))) * 1_000_000n;

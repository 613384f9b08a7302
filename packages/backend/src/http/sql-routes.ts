// POST /api/sql: one SELECT of the caller's over the views that docs/sql.md describes.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import type { Store } from "../store/store.ts";
import type { SqlResponse } from "./contract.ts";
import { parsed } from "./parameters.ts";
import { jsonOf } from "./telemetry-routes.ts";

const MAX_LENGTH = 20_000;
const MAX_ROWS = 10_000;
const MAX_PARAMS = 100;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const request = z.strictObject({
  sql: z
    .string()
    .max(MAX_LENGTH, `must have at most ${MAX_LENGTH} characters`)
    // DuckDB reads no further, and what is checked and what is run shall not differ by it.
    .refine((sql) => !sql.includes("\0"), "must be without the character NUL"),
  params: z
    .union(
      [z.array(value), z.record(z.string(), value)],
      "must be a list, or an object by name, of plain values",
    )
    .refine((params) => Object.keys(params).length <= MAX_PARAMS, `must be at most ${MAX_PARAMS}`)
    .default([]),
  limit: z.number().int().min(1).max(MAX_ROWS).default(1000),
});

export function sqlRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.post("/sql", async (context) => {
    const started = performance.now();
    const result = await store.sql(parsed(request, await jsonOf(context.env), "body"));
    return context.json<SqlResponse>({ ...result, elapsedMs: performance.now() - started });
  });
  return routes;
}

// The Workers Observability telemetry API under /client/v4, for clients that know it already. The server has one tenant:
// any account id is accepted. Every answer is wrapped in the API's envelope.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { QueryResult } from "../query/answer.ts";
import { QueryFault } from "../query/fault.ts";
import { keysRequest, valuesRequest } from "../query/request.ts";
import { runSaved } from "../query/saved-queries.ts";
import { runKeys, runValues } from "../query/telemetry.ts";
import type { Store } from "../store/store.ts";
import { readJson } from "./json-body.ts";

export interface Envelope<Result> {
  success: boolean;
  errors: Array<{ code: number; message: string }>;
  messages: Array<{ message: string }>;
  result: Result | null;
  result_info?: { page: number; per_page: number; count: number; total_count: number };
}

export const success = <Result>(result: Result): Envelope<Result> => ({
  success: true,
  errors: [],
  messages: [],
  result,
});

/** `code` is the HTTP status: the API's own numbers are not documented. */
export const failure = (status: number, message: string): Envelope<never> => ({
  success: false,
  errors: [{ code: status, message }],
  messages: [],
  result: null,
});

/** Where Cloudflare's API has them. */
export const TELEMETRY = "/accounts/:accountId/workers/observability/telemetry";

export function telemetryRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.post(`${TELEMETRY}/query`, async (context) => {
    const result = await runSaved(store, context.req.param("accountId"), await jsonOf(context.env));
    return context.json<Envelope<QueryResult>>(success(result));
  });

  routes.post(`${TELEMETRY}/keys`, async (context) =>
    context.json(onePage(await runKeys(store, keysRequest(await jsonOf(context.env))))),
  );

  routes.post(`${TELEMETRY}/values`, async (context) =>
    context.json(onePage(await runValues(store, valuesRequest(await jsonOf(context.env))))),
  );

  routes.all("*", (context) => {
    const message = `${context.req.method} ${context.req.path} is not supported yet; /api/openapi.json lists what this server has.`;
    return context.json(failure(404, message), 404);
  });
  return routes;
}

function onePage<Item>(result: Item[]): Envelope<Item[]> {
  const count = result.length;
  const result_info = { page: 1, per_page: count, count, total_count: count };
  return { success: true, errors: [], messages: [], result, result_info };
}

/** @throws QueryFault, BodyError */
export async function jsonOf({ incoming }: HttpBindings): Promise<unknown> {
  try {
    return await readJson(incoming);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new QueryFault(`The body is not JSON: ${cause.message}`);
  }
}

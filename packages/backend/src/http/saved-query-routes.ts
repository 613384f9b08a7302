// Saved queries and shared results, as Cloudflare's clients have them in `queries` and `sharedQueries`.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { QueryResult, SavedQuery } from "../query/answer.ts";
import { listQueries, runSaved, saveQuery, sharedResult, shareResult } from "../query/saved-queries.ts";
import type { Store } from "../store/store.ts";
import { type Envelope, failure, jsonOf, success } from "./telemetry-routes.ts";

const OBSERVABILITY = "/accounts/:accountId/workers/observability";

export function savedQueryRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.post(`${OBSERVABILITY}/queries`, async (context) =>
    context.json(success(await saveQuery(store, await jsonOf(context.env)))),
  );

  routes.get(`${OBSERVABILITY}/queries`, async (context) => {
    const { queries, page, perPage, total } = await listQueries(store, context.req.query());
    return context.json<Envelope<SavedQuery[]>>({
      ...success(queries),
      result_info: { page, per_page: perPage, count: queries.length, total_count: total },
    });
  });

  routes.post(`${OBSERVABILITY}/shared/query`, async (context) => {
    const result = await runSaved(store, context.req.param("accountId"), await jsonOf(context.env));
    // A dry run tries the query and keeps nothing: its id finds nothing.
    const id = result.run.dry ? result.run.id : await shareResult(store, result);
    return context.json(success({ id }));
  });

  routes.get(`${OBSERVABILITY}/shared/query/:id`, async (context) => {
    const result = await sharedResult(store, context.req.param("id"), context.req.query());
    if (result) return context.json<Envelope<QueryResult>>(success(result));
    return context.json(
      failure(404, "No result is shared under this id; the oldest give way to newer ones."),
      404,
    );
  });
  return routes;
}

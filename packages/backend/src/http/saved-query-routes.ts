// Saved queries and shared results, as Cloudflare's clients have them in `queries` and `sharedQueries`. One query by its id
// is not among their calls: its routes are made as those of Cloudflare's other collections are.

import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { QueryResult, SavedQuery } from "../query/answer.ts";
import {
  changeQuery,
  deleteQuery,
  getQuery,
  listQueries,
  runSaved,
  saveQuery,
  sharedResult,
  shareResult,
} from "../query/saved-queries.ts";
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

  const ONE = `${OBSERVABILITY}/queries/:id` as const;
  routes.get(ONE, async (context) => answerWith(context, await getQuery(store, context.req.param("id"))));

  routes.patch(ONE, async (context) =>
    answerWith(context, await changeQuery(store, context.req.param("id"), await jsonOf(context.env))),
  );

  routes.delete(ONE, async (context) =>
    answerWith(context, await deleteQuery(store, context.req.param("id"))),
  );

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

const answerWith = (context: Context, query: SavedQuery | undefined) =>
  query === undefined
    ? context.json(failure(404, "No query is saved under this id; it may have been deleted."), 404)
    : context.json<Envelope<SavedQuery>>(success(query));

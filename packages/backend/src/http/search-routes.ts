// GET /api/search/complete: what may stand at the cursor of a search that is being typed.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { storedCompletions } from "../query/completions.ts";
import { completeSearch, MAX_LENGTH } from "../query/search/index.ts";
import type { Store } from "../store/store.ts";
import type { SearchCompletionResponse } from "./contract.ts";
import { parsed } from "./parameters.ts";

const parameters = z.object({
  text: z.string().max(MAX_LENGTH, `must have at most ${MAX_LENGTH} characters`).default(""),
  cursor: z.coerce.number("must be a position in the text").int().min(0).optional(),
});

export function searchRoutes(store: Store): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/complete", async (context) => {
    const { text, cursor = text.length } = parsed(parameters, context.req.query());
    const completion = await completeSearch(text, cursor, storedCompletions(store));
    return context.json<SearchCompletionResponse>(completion);
  });
  return routes;
}

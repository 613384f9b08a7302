// Queries that are kept by name, and results that are kept to be shown to others. Both are JSON in the store's documents.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Document, Documents } from "../store/documents.ts";
import type { Store } from "../store/store.ts";
import type { QueryResult, SavedQuery } from "./answer.ts";
import { QueryFault } from "./fault.ts";
import { checked } from "./filters.ts";
import { queryRequest } from "./request.ts";
import { runQuery } from "./telemetry.ts";

/** Of a name, a description and parameters together; a page holds them all in memory. */
const MAX_QUERY_BYTES = 64 * 1024;
const MAX_QUERIES = 500;

/** Of one shared result, and of all of them: the oldest go. */
const MAX_RESULT_BYTES = 4 * 1024 * 1024;
const MAX_RESULTS_BYTES = 32 * 1024 * 1024;

const MAX_PER_PAGE = 500;

/** Nobody logs in here. */
const USER = "local";

const savedSchema = z.object({
  name: z.string().trim().min(1, "must not be empty").max(200),
  description: z.string().max(5000).nullable(),
  parameters: z.looseObject({}),
});

const listSchema = z.object({
  order: z.enum(["asc", "desc"]).default("desc"),
  orderBy: z.enum(["created", "updated"]).default("updated"),
  page: z.coerce.number("must be a number").int().min(1).max(1_000_000).default(1),
  perPage: z.coerce.number("must be a number").int().min(1).max(MAX_PER_PAGE).default(100),
});

type Content = Pick<SavedQuery, "name" | "description" | "parameters">;

/** @throws QueryFault for what is malformed, would fail as a query, or is too much; StoreUnavailableError */
export async function saveQuery(store: Documents, body: unknown): Promise<SavedQuery> {
  const text = textOf(checked(savedSchema, body, ""));
  const { total } = await listed(store, { page: 1, perPage: 1, order: "desc", orderBy: "created" });
  if (total >= MAX_QUERIES) {
    throw new QueryFault(`${MAX_QUERIES} queries are saved, which is the limit; delete one first.`);
  }
  const now = Date.now();
  const document = { id: randomUUID(), createdUnixMilli: now, updatedUnixMilli: now, content: text };
  await store.addDocument("queries", document, MAX_QUERIES * MAX_QUERY_BYTES);
  return savedQuery(document);
}

/** `undefined` where none is saved under this id. */
export async function getQuery(store: Documents, id: string): Promise<SavedQuery | undefined> {
  const document = await store.getDocument("queries", id);
  return document && savedQuery(document);
}

/**
 * Gives a saved query what the body names of a name, a description and parameters; the rest stays.
 *
 * @returns undefined where none is saved under this id.
 * @throws QueryFault as `saveQuery` does
 */
export async function changeQuery(
  store: Documents,
  id: string,
  body: unknown,
): Promise<SavedQuery | undefined> {
  const { name, description, parameters } = checked(savedSchema.partial(), body, "");
  const document = await store.getDocument("queries", id);
  if (!document) return undefined;
  const was: Content = JSON.parse(document.content);
  const content = textOf({
    name: name ?? was.name,
    description: description === undefined ? was.description : description,
    parameters: parameters ?? was.parameters,
  });
  const changed = { ...document, content, updatedUnixMilli: Date.now() };
  return (await store.changeDocument("queries", id, changed)) ? savedQuery(changed) : undefined;
}

/** As it was; `undefined` where none is saved under this id. */
export async function deleteQuery(store: Documents, id: string): Promise<SavedQuery | undefined> {
  const query = await getQuery(store, id);
  return query && (await store.deleteDocument("queries", id)) ? query : undefined;
}

/** What is stored of it. @throws QueryFault where it would fail as a query, or is too large */
function textOf(content: Content): string {
  tryParameters(content.parameters);
  const text = JSON.stringify(content);
  if (Buffer.byteLength(text) > MAX_QUERY_BYTES) {
    throw new QueryFault(
      `The query is larger than ${MAX_QUERY_BYTES} bytes; shorten its filters or description.`,
    );
  }
  return text;
}

/** `parameters` are those of the request's URL. @throws QueryFault */
export async function listQueries(store: Documents, parameters: unknown) {
  const page = checked(listSchema, parameters, "");
  const { documents, total } = await listed(store, page);
  return { queries: documents.map(savedQuery), page: page.page, perPage: page.perPage, total };
}

const listed = (store: Documents, { page, perPage, order, orderBy }: z.infer<typeof listSchema>) =>
  store.listDocuments("queries", { order, orderBy, offset: (page - 1) * perPage, limit: perPage });

/**
 * Runs the query of a request's body. Where it names a saved one in place of parameters it runs with those, and the run
 * says which query it was.
 *
 * @throws QueryFault or StoreQueryError when the query is at fault, or none is saved under that id.
 */
export async function runSaved(store: Store, accountId: string, body: unknown): Promise<QueryResult> {
  const named = namingSchema.safeParse(body);
  if (!named.success) return runQuery(store, accountId, queryRequest(body));
  const { queryId } = named.data;
  const document = await store.getDocument("queries", queryId);
  if (!document) {
    throw new QueryFault(
      `queryId: no query is saved as "${queryId.slice(0, 80)}"; save it first, or give its parameters in the request`,
    );
  }
  const saved = savedQuery(document);
  const request = queryRequest({ ...named.data, parameters: saved.parameters });
  const result = await runQuery(store, accountId, request);
  return { ...result, run: { ...result.run, query: saved } };
}

const namingSchema = z.looseObject({ queryId: z.string(), parameters: z.undefined().optional() });

/** Keeps a result as it is now and gives the id to ask for it by. @throws QueryFault when it is too large */
export async function shareResult(store: Documents, result: QueryResult): Promise<string> {
  const content = JSON.stringify(result);
  if (Buffer.byteLength(content) > MAX_RESULT_BYTES) {
    throw new QueryFault(
      `limit: the result is larger than the ${MAX_RESULT_BYTES} bytes that can be shared; narrow the query or its limit`,
    );
  }
  const now = Date.now();
  const document = { id: result.run.id, createdUnixMilli: now, updatedUnixMilli: now, content };
  await store.addDocument("shared_queries", document, MAX_RESULTS_BYTES);
  return document.id;
}

const viewSchema = z.object({ view: z.enum(["events", "invocations", "calculations"]).optional() });

/** `undefined` where nothing is shared under this id. @throws QueryFault for a view that the result does not have */
export async function sharedResult(
  store: Documents,
  id: string,
  parameters: unknown,
): Promise<QueryResult | undefined> {
  const { view } = checked(viewSchema, parameters, "");
  const document = await store.getDocument("shared_queries", id);
  if (!document) return undefined;
  const result: QueryResult = JSON.parse(document.content);
  if (view === undefined || view in result) return result;
  const has = Object.keys(result).filter((key) => key !== "run" && key !== "statistics");
  throw new QueryFault(
    `view: this result was shared with ${has.join(", ")}, not ${view}; leave the view out`,
  );
}

/** What would fail when it runs is refused when it is saved. */
function tryParameters(parameters: object): void {
  const view = "calculations" in parameters ? "calculations" : "events";
  queryRequest({ queryId: "", timeframe: { from: 0, to: 1 }, view, parameters });
}

function savedQuery({ id, createdUnixMilli, updatedUnixMilli, content }: Document): SavedQuery {
  const { name, description, parameters }: Content = JSON.parse(content);
  return {
    id,
    adhoc: false,
    created: new Date(createdUnixMilli).toISOString(),
    createdBy: USER,
    description,
    name,
    parameters,
    updated: new Date(updatedUnixMilli).toISOString(),
    updatedBy: USER,
  };
}

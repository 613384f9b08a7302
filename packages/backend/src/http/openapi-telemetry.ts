// Cloudflare's telemetry API: described by Cloudflare, so its routes appear with their paths only.

import { query } from "./openapi-parts.ts";

const accountId = {
  name: "accountId",
  in: "path",
  required: true,
  schema: { type: "string" },
  description: "Any.",
};
const telemetry = (summary: string) => ({
  post: {
    summary,
    description: "As declared by the npm package `cloudflare`, client.workers.observability.telemetry.",
    parameters: [accountId],
    requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
    responses: {
      "200": { description: "The envelope {success, errors, messages, result}." },
      "400": { description: "The envelope with what is wrong with the query, or not supported yet." },
      "401": { description: "The envelope: tokens are required here, and this is none that is known." },
      "403": { description: "The envelope: another site's page, or a token without the scope." },
      "413": { description: "The envelope: the body is larger than 2 MiB." },
      "429": { description: "The envelope: more comes from this address than is taken." },
    },
  },
});

const TELEMETRY = "/client/v4/accounts/{accountId}/workers/observability/telemetry";

const LIVE_TAIL_PATHS = {
  [`${TELEMETRY}/live-tail`]: telemetry("Prepares a live tail: result.wsUrl is where its WebSocket is"),
  [`${TELEMETRY}/live-tail/heartbeat`]: telemetry("Keeps live tails for another minute"),
  [`${TELEMETRY}/live-tail/{tailId}`]: {
    get: {
      summary: "The WebSocket of a live tail",
      description:
        "Ten messages a second at most, each {type: 'events', events, skipped}: up to 500 events, oldest first, as the view " +
        "`events` has them; skipped when there were more, or more than the client has read. Closed with 4000 when no " +
        "heartbeat comes for a minute, with 4001 when another client connects to the same tail.",
      parameters: [accountId, { name: "tailId", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        "101": { description: "The WebSocket is open." },
        "404": { description: "There is no such tail; it may have expired." },
        "426": { description: "The request does not ask for a WebSocket." },
      },
    },
  },
};

const OBSERVABILITY = "/client/v4/accounts/{accountId}/workers/observability";

const oneQuery = (summary: string) => ({
  summary,
  description: "Not among the calls of the npm package `cloudflare`.",
  parameters: [accountId, { name: "id", in: "path", required: true, schema: { type: "string" } }],
  responses: {
    "200": { description: "The envelope with the query." },
    "400": { description: "The envelope with what is wrong with the query." },
    "404": { description: "The envelope: no query is saved under this id." },
  },
});

const SAVED_QUERY_PATHS = {
  [`${OBSERVABILITY}/queries`]: {
    ...telemetry("Saves a query; telemetry/query runs it by its id, without parameters"),
    get: {
      summary: "Saved queries, page by page",
      parameters: [
        accountId,
        query("order", { enum: ["asc", "desc"], default: "desc" }, "Which way."),
        query("orderBy", { enum: ["created", "updated"], default: "updated" }, "By which time."),
        query("page", { type: "integer", minimum: 1, default: 1 }, "Which page."),
        query(
          "perPage",
          { type: "integer", minimum: 1, maximum: 500, default: 100 },
          "How many are on a page.",
        ),
      ],
      responses: {
        "200": { description: "The envelope with the queries; result_info tells how many there are." },
        "400": { description: "The envelope with the parameter that is not valid." },
      },
    },
  },
  [`${OBSERVABILITY}/queries/{id}`]: {
    get: oneQuery("A saved query"),
    patch: {
      ...oneQuery("Gives a saved query another name, description or parameters; what is not named stays"),
      requestBody: { required: true, content: { "application/json": { schema: { type: "object" } } } },
    },
    delete: oneQuery("Deletes a saved query; result is what it was"),
  },
  [`${OBSERVABILITY}/shared/query`]: telemetry(
    "Runs a query and keeps its result; result.id is for others to read it by",
  ),
  [`${OBSERVABILITY}/shared/query/{id}`]: {
    get: {
      summary: "A shared result as it was",
      parameters: [accountId, { name: "id", in: "path", required: true, schema: { type: "string" } }],
      responses: {
        "200": { description: "The envelope with the result." },
        "400": { description: "The result was shared with another view." },
        "404": { description: "Nothing is shared under this id, or it has given way to newer results." },
      },
    },
  },
};

export const TELEMETRY_PATHS = {
  [`${TELEMETRY}/query`]: telemetry(
    "Queries traces, spans and logs (`events`), numbers over them (`calculations`), `invocations`, `requests`, `agents`",
  ),
  [`${TELEMETRY}/keys`]: telemetry("Lists keys of stored events"),
  [`${TELEMETRY}/values`]: telemetry("Lists values of a key, the most frequent first"),
  ...LIVE_TAIL_PATHS,
  ...SAVED_QUERY_PATHS,
};

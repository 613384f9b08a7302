// The OpenAPI document of this server, served at /api/openapi.json. It is written by hand; openapi.test.ts asks every
// route for what it says. Cloudflare's routes are described by Cloudflare, so they appear with their paths only.

import { DESTINATION_PATHS, DESTINATION_SCHEMAS } from "./openapi-destinations.ts";
import { ref, SCHEMAS } from "./openapi-schemas.ts";

const json = (schema: object, description: string) => ({
  description,
  content: { "application/json": { schema } },
});
const failure = (description: string) => json(ref("Error"), description);
/** Of every route that wants a token where tokens are required. */
const GUARDED = {
  "401": failure("Tokens are required here, and this is none that is known."),
  "403": failure("Another site's page, a Host that is not ours, or a token without the scope."),
  "429": failure("More comes from this address than is taken; Retry-After says when to ask again."),
};
const AWAY = {
  ...GUARDED,
  "503": failure("The store is away for the moment; Retry-After says when to ask again."),
};

const query = (name: string, schema: object, description: string) => ({
  name,
  in: "query",
  required: false,
  schema,
  description,
});

/** A request body in either encoding of OTLP; both may be compressed. */
const otlp = (message: string, response: string) => ({
  post: {
    summary: `Takes OTLP's ${message}`,
    description:
      "Answered after the records are on disk, so sending again after a failure is safe: what is stored already is ignored. " +
      "Content-Encoding may be gzip, deflate or zstd; 32 MiB is the limit before and after decompression, " +
      "and 1,000,000 elements (spans, logs, events, links, attributes, array items).",
    requestBody: {
      required: true,
      content: {
        "application/json": { schema: { type: "object" } },
        "application/x-protobuf": { schema: { type: "string", format: "binary" } },
      },
    },
    responses: {
      "200": { description: `${response}; its partialSuccess counts records that were refused one by one.` },
      "400": { description: "The request is malformed: google.rpc.Status says where." },
      "401": { description: "Tokens are required here, and this is none that is known." },
      "403": { description: "Another site's page, a Host that is not ours, or a token without the scope." },
      "413": { description: "The body is too large or holds too many elements." },
      "415": { description: "The content type or encoding is not known." },
      "429": {
        description:
          "More arrives than the disk takes, or than one address may send. Nothing was stored; Retry-After says when to send again.",
      },
      "503": { description: "The store is away. Nothing was stored; Retry-After says when to send again." },
    },
  },
});

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

const SEARCH_PATHS = {
  "/api/search/complete": {
    get: {
      summary: "What may stand at the cursor of a search that is being typed",
      parameters: [
        query("text", { type: "string", maxLength: 4096, default: "" }, "The search so far."),
        query(
          "cursor",
          { type: "integer", minimum: 0 },
          "A position in the text, in UTF-16 code units; its end without.",
        ),
      ],
      responses: {
        "200": json(ref("Completion"), "Up to 50 items, best first."),
        "400": failure("A parameter is not valid."),
        ...AWAY,
      },
    },
  },
};

const SQL_PATHS = {
  "/api/sql": {
    post: {
      summary: "Runs one SELECT over the views spans and logs, described in docs/sql.md",
      description: "Reads nothing else. 10 s, 200 MB of memory and 16 MiB of answer are the limits.",
      requestBody: { required: true, content: { "application/json": { schema: ref("SqlRequest") } } },
      responses: {
        "200": json(ref("SqlResult"), "Columns and rows."),
        "400": failure(
          "The statement is not valid (invalid_sql), not allowed, or beyond a limit (sql_limit).",
        ),
        ...AWAY,
      },
    },
  },
};

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

export const OPENAPI = {
  openapi: "3.1.0",
  info: {
    title: "enterspan",
    version: "0.1.0",
    description:
      "Receives OTLP, keeps it, answers queries. Binds to this machine only unless told otherwise.",
  },
  paths: {
    "/v1/traces": otlp("ExportTraceServiceRequest", "ExportTraceServiceResponse"),
    "/v1/logs": otlp("ExportLogsServiceRequest", "ExportLogsServiceResponse"),
    "/v1/metrics": otlp("ExportMetricsServiceRequest", "ExportMetricsServiceResponse, metrics being dropped"),
    "/api/traces": {
      get: {
        summary: "Traces, newest first by start time, then by trace id",
        parameters: [
          query("limit", { type: "integer", minimum: 1, maximum: 1000, default: 100 }, "How many."),
          query(
            "before",
            { type: "string", pattern: "^\\d{1,19}(-[0-9a-fA-F]{32})?$" },
            "<nanoseconds>-<traceId> of a page's last trace: the traces that follow it. <nanoseconds> alone: only traces " +
              "that started strictly earlier. In nanoseconds since the Unix epoch.",
          ),
          query("service", { type: "string", minLength: 1 }, "Only traces in which this service takes part."),
          query(
            "search",
            { type: "string", maxLength: 4096 },
            "Only traces with a span or log that passes; see docs/search.md.",
          ),
        ],
        responses: {
          "200": json(ref("TraceList"), "A page of traces."),
          "400": failure("A parameter is not valid."),
          ...AWAY,
        },
      },
    },
    ...SEARCH_PATHS,
    ...SQL_PATHS,
    "/api/traces/{traceId}": {
      get: {
        summary: "One trace with everything in it",
        parameters: [
          {
            name: "traceId",
            in: "path",
            required: true,
            schema: { type: "string", pattern: "^[0-9a-fA-F]{32}$" },
          },
        ],
        responses: {
          "200": json(ref("Trace"), "The trace."),
          "400": failure("The id is not 32 hex digits."),
          "404": failure("Nothing is stored of it."),
          ...AWAY,
        },
      },
    },
    "/api/services": {
      get: {
        summary: "Services that have stored spans or logs, by name",
        responses: { "200": json(ref("Services"), "The services."), ...AWAY },
      },
    },
    "/api/services/map": {
      get: {
        summary: "Calls between services, with errors and how long they took",
        parameters: ["from", "to"].map((name) => ({
          name,
          in: "query",
          required: true,
          schema: { type: "number", minimum: 0 },
          description: "Milliseconds since the Unix epoch.",
        })),
        responses: {
          "200": json(ref("ServiceMap"), "Pairs of services, those of the most calls first, at most 1,000."),
          "400": failure("A parameter is not valid."),
          ...AWAY,
        },
      },
    },
    "/api/in-flight": {
      post: {
        summary: "A tracer's word of an invocation that goes on",
        description:
          "Spans without an end are open; the invocation's root comes first. Shown until the invocation's spans come as OTLP, " +
          "or, 15 minutes after the last word of it, stored with `cloudflare.outcome` unknown.",
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: { type: "object", description: "ExportTraceServiceRequest." } },
          },
        },
        responses: { "204": { description: "Taken." }, "400": failure("It is no such report."), ...AWAY },
      },
    },
    "/api/live": {
      get: {
        summary: "Changes as they are committed, as Server-Sent Events",
        description:
          "`event: changed` carries {traceIds, truncated}, at most ten times a second; more than 1,000 ids are given as an " +
          "empty list with truncated true. `event: ping` comes every 15 s.",
        responses: {
          "200": {
            description: "The stream.",
            content: { "text/event-stream": { schema: { type: "string" } } },
          },
        },
      },
    },
    "/api/export": {
      get: {
        summary: "Everything of one signal that is stored, as lines of OTLP/JSON, oldest first",
        description:
          "Each line is a request that POST /v1/traces or /v1/logs takes. A connection that is cut off before its end means " +
          "that something is missing.",
        parameters: [
          { ...query("signal", { enum: ["traces", "logs"] }, "What."), required: true },
          query(
            "from",
            { type: "string", pattern: "^\\d{1,19}$" },
            "Nanoseconds since the Unix epoch; from the first, without it.",
          ),
          query("to", { type: "string", pattern: "^\\d{1,19}$" }, "Up to before this time."),
        ],
        responses: {
          "200": {
            description: "The lines.",
            content: { "application/jsonl": { schema: { type: "string" } } },
          },
          "400": failure("A parameter is not valid."),
          ...AWAY,
        },
      },
    },
    "/api/openapi.json": {
      get: { summary: "This document", responses: { "200": json({ type: "object" }, "The document.") } },
    },
    "/login": {
      get: {
        summary: "The page that asks a person for a token",
        description:
          "Its form posts `token` and `to`, and answers 303 with a cookie that stands for the token.",
        security: [],
        responses: {
          "200": { description: "The page." },
          "404": failure("No tokens are required here."),
        },
      },
    },
    "/logout": {
      post: {
        summary: "Forgets a login",
        security: [],
        responses: {
          "303": { description: "The cookie is gone; on to the login." },
          "404": failure("No tokens are required here."),
        },
      },
    },
    "/healthz": {
      get: {
        summary: "That the server runs; /readyz says whether all is well with it",
        security: [],
        responses: { "200": json(ref("Health"), "It does.") },
      },
    },
    "/readyz": {
      get: {
        summary:
          "Whether this server should be sent anything: it is not closing, its store answers, its disk has room",
        security: [],
        responses: {
          "200": json(ref("Ready"), "It should."),
          "503": json(ref("Ready"), "It should not; `checks` says why."),
        },
      },
    },
    "/metrics": {
      get: {
        summary: "What this server has done, for Prometheus",
        responses: {
          ...GUARDED,
          "200": {
            description: "The text format, version 0.0.4.",
            content: { "text/plain": { schema: { type: "string" } } },
          },
        },
      },
    },
    [`${TELEMETRY}/query`]: telemetry(
      "Queries traces, spans and logs (`events`), numbers over them (`calculations`), `invocations`, `requests`, `agents`",
    ),
    [`${TELEMETRY}/keys`]: telemetry("Lists keys of stored events"),
    [`${TELEMETRY}/values`]: telemetry("Lists values of a key, the most frequent first"),
    ...LIVE_TAIL_PATHS,
    ...SAVED_QUERY_PATHS,
    ...DESTINATION_PATHS,
  },
  security: [{ token: [] }, {}],
  components: {
    schemas: { ...SCHEMAS, ...DESTINATION_SCHEMAS },
    securitySchemes: {
      token: {
        type: "http",
        scheme: "bearer",
        description:
          "Where tokens are required, as they are on any address but this machine's own: `ingest` for /v1, `read` for " +
          "questions, `admin` for all.",
      },
    },
  },
};

// Our own routes, below /api.

import { AWAY, failure, json, query } from "./openapi-parts.ts";
import { ref } from "./openapi-schemas.ts";

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

const SELECTION = [
  query("service", { type: "string", minLength: 1 }, "Only traces in which this service takes part."),
  query(
    "search",
    { type: "string", maxLength: 4096 },
    "Only traces with a span or log that passes; see docs/search.md.",
  ),
  query("errors", { const: "1" }, "Only traces with a span that failed."),
  query(
    "took",
    { type: "string", pattern: "^\\d{1,18}-\\d{1,18}$" },
    "Only traces whose root took so long: two durations in nanoseconds, the second exclusive.",
  ),
];

const MILLISECONDS = ["from", "to"].map((name) =>
  query(name, { type: "number", minimum: 0 }, "Milliseconds since the Unix epoch."),
);
const required = (parameter: object) => ({ ...parameter, required: true });

export const OWN_PATHS = {
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
        ...SELECTION,
        query(
          "sort",
          { enum: ["duration", "spans", "errors", "logs"] },
          "The traces that have most of it, most first, of all that began between from and to; without before.",
        ),
        ...MILLISECONDS,
      ],
      responses: {
        "200": json(ref("TraceList"), "A page of traces."),
        "400": failure("A parameter is not valid."),
        ...AWAY,
      },
    },
  },
  "/api/traces/heatmap": {
    get: {
      summary: "Traces counted by when their roots began and how long these took",
      parameters: [
        ...MILLISECONDS.map(required),
        query("buckets", { type: "integer", minimum: 1, maximum: 1000, default: 90 }, "Parts of the time."),
        ...SELECTION,
      ],
      responses: {
        "200": json(ref("TraceHeatmap"), "Cells with at least one trace."),
        "400": failure("A parameter is not valid."),
        ...AWAY,
      },
    },
  },
  "/api/session": {
    get: {
      summary: "Whether the asker is a browser that has logged in",
      responses: { "200": json(ref("Session"), "The answer."), ...AWAY },
    },
  },
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
        "413": failure(
          "It is larger than what is given as a whole; a search or SQL gives parts (trace_too_large).",
        ),
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
      parameters: MILLISECONDS.map(required),
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
  "/api/sent-messages": {
    post: {
      summary: "A tracer's word of messages that it has sent to queues",
      description:
        "Kept in memory, the newest 10,000. Of a body there is a digest of what both ends see of it.",
      requestBody: {
        required: true,
        content: { "application/json": { schema: ref("SentMessages") } },
      },
      responses: { "204": { description: "Taken." }, "400": failure("They are no such messages.") },
    },
  },
  "/api/sent-messages/search": {
    post: {
      summary: "The newest messages that have been sent with one of these outlines, at most 200",
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: {
              type: "object",
              properties: { outlines: { type: "array", items: { type: "string" }, maxItems: 1000 } },
              required: ["outlines"],
            },
          },
        },
      },
      responses: {
        "200": json(ref("SentMessages"), "Oldest first."),
        "400": failure("They are no outlines."),
      },
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
  ...SEARCH_PATHS,
  ...SQL_PATHS,
};

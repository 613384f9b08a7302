import type { Declaration } from "../../case.ts";

/** What the query of one of the case's cursors tells, after so many rows. */
const read = (span: string, query: string, rows: number) => ({
  span: `${span} > durable_object_storage_exec`,
  because: "a span that the runtime never closes has no attributes there",
  attributes: {
    "db.system.name": "cloudflare-durable-object-sql",
    "db.operation.name": "exec",
    "db.query.text": query,
    "cloudflare.durable_object.query.bindings": 0,
    "cloudflare.durable_object.response.rows_read": rows,
    "cloudflare.durable_object.response.rows_written": 0,
  },
});

export default {
  bindings: { objects: { OBJECTS: "Store" } },
  invocations: 2,
  // SQLite is one row ahead of the program.
  beyond: [
    read("unread", "SELECT n FROM numbers", 1),
    read("first", "SELECT n FROM numbers WHERE n > 1", 3),
    read("left", "SELECT n FROM numbers WHERE n > 2", 4),
  ],
} satisfies Declaration;

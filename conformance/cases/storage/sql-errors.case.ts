import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const refused = (span: string, message: string) =>
  fails(`${span} > durable_object_storage_exec`, { type: "Error", message });

const OVERFLOW = "integer overflow: SQLITE_ERROR";
const later = refused("overflowLater", OVERFLOW);

export default {
  bindings: { objects: { OBJECTS: "Store" } },
  invocations: 2,
  beyond: [
    refused("syntax", 'near "SELEC": syntax error at offset 0: SQLITE_ERROR'),
    refused("missing", "no such table: missing: SQLITE_ERROR"),
    refused("parameters", "Wrong number of parameter bindings for SQL query."),
    refused(
      "transaction",
      "To execute a transaction, please use the state.storage.transaction() or state.storage.transactionSync() APIs instead of the SQL BEGIN TRANSACTION or SAVEPOINT statements. The JavaScript API is safer because it will automatically roll back on exceptions, and because it interacts correctly with Durable Objects' automatic atomic write coalescing.",
    ),
    refused("number", 'near "1": syntax error at offset 0: SQLITE_ERROR'),
    refused("empty", "SQL code did not contain a statement."),
    refused("oneOfNone", "Expected exactly one result from SQL query, but got no results."),
    refused("oneOfMany", "Expected exactly one result from SQL query, but got multiple results."),
    refused("overflow", OVERFLOW),
    {
      ...later,
      because: `${later.because}; and one that the runtime never closes has no attributes there`,
      attributes: {
        ...later.attributes,
        "db.system.name": "cloudflare-durable-object-sql",
        "db.operation.name": "exec",
        "db.query.text": "SELECT 1 AS n UNION ALL SELECT abs(-9223372036854775808)",
        "cloudflare.durable_object.query.bindings": 0,
        "cloudflare.durable_object.response.rows_read": 0,
        "cloudflare.durable_object.response.rows_written": 0,
      },
    },
  ],
} satisfies Declaration;

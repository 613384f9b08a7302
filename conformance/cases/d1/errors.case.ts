import type { Declaration } from "../../case.ts";
import { escapes } from "../../escape.ts";

const refused = (span: string, message: string) => escapes(span, { type: "Error", message });
const MISSING = "D1_ERROR: no such table: missing: SQLITE_ERROR";
const NO_STATEMENTS = "D1_ERROR: No SQL statements detected.";

export default {
  bindings: { d1: ["DB"] },
  beyond: [
    refused("syntax > d1_all", 'D1_ERROR: near "SELEC": syntax error at offset 0: SQLITE_ERROR'),
    refused("all > d1_all", MISSING),
    refused("run > d1_run", MISSING),
    refused("first > d1_first", MISSING),
    refused("raw > d1_all", MISSING),
    refused("column > d1_first", "D1_COLUMN_NOTFOUND: Column not found (no such column)"),
    refused(
      "constraint > d1_run",
      "D1_ERROR: UNIQUE constraint failed: users.id: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_PRIMARYKEY)",
    ),
    refused("batch > d1_batch", MISSING),
    refused("emptyBatch > d1_batch", NO_STATEMENTS),
    refused(
      "exec > d1_exec",
      "D1_EXEC_ERROR: Error in line 1: SELECT * FROM missing: no such table: missing: SQLITE_ERROR",
    ),
    refused("parameters > d1_all", "D1_ERROR: Wrong number of parameter bindings for SQL query."),
    refused("empty > d1_all", NO_STATEMENTS),
  ],
} satisfies Declaration;

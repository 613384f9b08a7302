// What the page itself looks at in the loaded traces; what is searched for the server finds.
import type { TraceRow } from "../api/decode-summary.ts";

export const withErrors = (rows: readonly TraceRow[]): readonly TraceRow[] =>
  rows.filter(({ errors, status }) => errors > 0 || status === "error");

export const servicesOf = (rows: readonly TraceRow[]): string[] =>
  [...new Set(rows.flatMap((row) => row.services))].sort();

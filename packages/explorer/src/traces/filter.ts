// What the page itself reads out of the loaded traces; what is searched for the server finds.
import type { TraceRow } from "../api/decode-summary.ts";

export const servicesOf = (rows: readonly TraceRow[]): string[] =>
  [...new Set(rows.flatMap((row) => row.services))].sort();

// Which of the loaded traces the reader wants to see.
import type { TraceRow } from "../api/decode-summary.ts";

export interface TraceFilter {
  /** Words; each must occur in the operation, a service, the trace id or the status. "" for all. */
  readonly text: string;
  readonly onlyErrors: boolean;
}

export function filterTraces(
  rows: readonly TraceRow[],
  { text, onlyErrors }: TraceFilter,
): readonly TraceRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !onlyErrors) return rows;
  return rows.filter((row) => {
    if (onlyErrors && row.errors === 0 && row.status !== "error") return false;
    if (words.length === 0) return true;
    const haystack = [row.name, ...row.services, row.traceId, row.httpStatus ?? "", row.status]
      .join(" ")
      .toLowerCase();
    return words.every((word) => haystack.includes(word));
  });
}

export const servicesOf = (rows: readonly TraceRow[]): string[] =>
  [...new Set(rows.flatMap((row) => row.services))].sort();

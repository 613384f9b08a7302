// By what the list is sorted: by time as it comes, or what is loaded of it by one of its figures, most first.
import type { TraceRow } from "../api/decode-summary.ts";

export const SORTS = ["duration", "spans", "errors", "logs"] as const;
export type Sort = (typeof SORTS)[number];

export const isSort = (value: unknown): value is Sort => SORTS.some((sort) => sort === value);

/** Equal ones stay in order of time. */
export const sortTraces = (rows: readonly TraceRow[], by: Sort | undefined): readonly TraceRow[] =>
  by === undefined ? rows : rows.toSorted((a, b) => b[by] - a[by]);

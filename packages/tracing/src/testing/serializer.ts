// How snapshots show traces.
import { Trace, TraceSpan } from "./trace.ts";

/** For `expect.addSnapshotSerializer`: a snapshot of a trace, or of a span of it, is its printed tree, without quotes. */
export const traceSerializer = {
  test: (value: unknown): boolean => value instanceof Trace || value instanceof TraceSpan,
  serialize: (value: unknown): string => String(value),
};

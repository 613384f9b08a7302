// One row of `GET /api/traces` → TraceRow.
import type { TraceListResponse, TraceSummary } from "@enterspan/backend/contract";
import { type Nanos, nanos, type UnixNanos, unixNanos } from "../trace/time.ts";

/** A trace as the list shows it. */
export interface TraceRow {
  readonly traceId: string;
  readonly name: string;
  /** The root's first. */
  readonly services: readonly string[];
  readonly startUnixNano: UnixNanos;
  readonly duration: Nanos;
  readonly spans: number;
  readonly errors: number;
  readonly logs: number;
  readonly status: "unset" | "ok" | "error";
  readonly httpStatus: number | undefined;
  /** The root span has not arrived: the request is still being handled, or its root was lost. */
  readonly isRootMissing: boolean;
  /** The server knows that an invocation of it goes on: the duration is how long it has taken so far. */
  readonly isInFlight: boolean;
}

const STATUSES = ["unset", "ok", "error"] as const;

export const decodeTraceList = (wire: TraceListResponse): TraceRow[] => wire.traces.map(decodeSummary);

function decodeSummary(wire: TraceSummary): TraceRow {
  return {
    traceId: wire.traceId,
    name: wire.rootName,
    services: wire.services.length > 0 ? wire.services : [wire.service],
    startUnixNano: unixNanos(BigInt(wire.startTimeUnixNano)),
    duration: nanos(Number(BigInt(wire.durationNano))),
    spans: wire.spanCount,
    errors: wire.errorCount,
    logs: wire.logCount,
    status: STATUSES[wire.statusCode] ?? "unset",
    httpStatus: wire.httpStatusCode,
    isRootMissing: wire.rootSpanId === "",
    isInFlight: wire.isInFlight === true,
  };
}

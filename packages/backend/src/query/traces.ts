// The view `traces`: one line about each trace of which an event matches.

import { EVERYTHING, narrowed } from "../store/filter.ts";
import type { Store, TraceOverview, TracePosition } from "../store/store.ts";
import type { TraceResult } from "./answer.ts";
import { QueryFault } from "./fault.ts";
import { millisOf } from "./millis.ts";
import type { QueryRequest } from "./request.ts";

export async function tracesOf(store: Store, request: QueryRequest): Promise<TraceResult[]> {
  const before =
    request.offset === undefined
      ? undefined
      : await tracePosition(store, request.offset, request.offsetDirection);
  const traces = await store.listTraces({
    limit: request.limit,
    where: request.where,
    ...(before && { before }),
  });
  return traces.map(traceResult);
}

/** A page of traces goes on after the trace whose id is the cursor. */
export async function tracePosition(
  store: Store,
  traceId: string,
  direction: "next" | "prev",
): Promise<TracePosition> {
  if (direction === "prev") throw new QueryFault('offsetDirection: "prev" is not supported for traces yet');
  const condition = {
    field: { property: "traceId" },
    operation: "eq",
    type: "string",
    value: traceId,
  } as const;
  const [trace] = await store.listTraces({ limit: 1, where: narrowed(EVERYTHING, condition) });
  if (!trace) throw new QueryFault(`offset: "${traceId.slice(0, 80)}" is not the id of a stored trace`);
  return { startUnixNano: trace.startTimeUnixNano, traceId: trace.traceId };
}

function traceResult(trace: TraceOverview): TraceResult {
  return {
    rootSpanName: trace.rootSpanName,
    rootTransactionName: trace.rootName,
    service: trace.services,
    spans: trace.spanCount,
    traceDurationMs: millisOf(trace.endTimeUnixNano - trace.startTimeUnixNano),
    traceEndMs: millisOf(trace.endTimeUnixNano),
    traceId: trace.traceId,
    traceStartMs: millisOf(trace.startTimeUnixNano),
    ...(trace.errors.length && { errors: trace.errors }),
  };
}

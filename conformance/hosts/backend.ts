// Reads back from the backend what a Worker has sent it.
import type { TraceListResponse, TraceResponse, TraceSummary } from "@enterspan/backend/contract";
import type { FlatSpan } from "../tree.ts";
import { spansOf } from "./backend.spans.ts";

/** How long one trace may take to arrive on a busy machine, and the pause between looks. */
const ARRIVAL_MS = 30_000;
const PAUSE_MS = 5;

/** The newest 100 traces of the service. */
export async function listTraces(backend: string, service: string): Promise<TraceSummary[]> {
  const { traces } = await get<TraceListResponse>(`${backend}/api/traces?limit=100&service=${service}`);
  return traces;
}

/** What the service has sent of those traces: a trace that a caller has begun may be on other hosts, too. */
export async function readSpans(
  backend: string,
  traces: TraceSummary[],
  service: string,
): Promise<FlatSpan[]> {
  const details = traces.map(({ traceId }) => get<TraceResponse>(`${backend}/api/traces/${traceId}`));
  return (await Promise.all(details)).flatMap((trace) => spansOf(ofService(trace, service)));
}

function ofService(trace: TraceResponse, service: string): TraceResponse {
  const resources = trace.resources.map(({ attributes }) =>
    attributes.some(
      ({ key, value }) => key === "service.name" && "stringValue" in value && value.stringValue === service,
    ),
  );
  const isOwn = ({ resource }: { resource: number }) => resources[resource] === true;
  return { ...trace, spans: trace.spans.filter(isOwn), logs: trace.logs.filter(isOwn) };
}

/** One trace, as soon as it is whole; what there is of it when it takes too long. */
export async function awaitTrace(
  backend: string,
  traceId: string,
  isWhole: (spans: FlatSpan[]) => boolean,
): Promise<FlatSpan[]> {
  const deadline = Date.now() + ARRIVAL_MS;
  for (;;) {
    const response = await fetch(`${backend}/api/traces/${traceId}`);
    const trace = response.ok ? ((await response.json()) as TraceResponse) : undefined;
    // What takes a second is told of before it is over.
    const isOver = trace?.spans.every(({ endTimeUnixNano }) => endTimeUnixNano !== "0");
    const spans = trace !== undefined && isOver ? spansOf(trace) : [];
    if (isWhole(spans) || Date.now() > deadline) return spans;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

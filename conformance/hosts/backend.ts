// Reads back from the backend what a Worker has sent it.
import type { TraceListResponse, TraceResponse, TraceSummary } from "@enterspan/backend/contract";
import type { Case } from "../case.ts";
import type { FlatSpan } from "../tree.ts";
import { spansOf } from "./backend.spans.ts";
import { countRequests } from "./requests.ts";

/** How long one trace may take to arrive on a busy machine, and the pause between looks. */
const ARRIVAL_MS = 30_000;
const PAUSE_MS = 5;
/** The same of all traces of a case, and how long nothing may change before they count as whole. */
const ALL_ARRIVAL_MS = 10_000;
const ALL_PAUSE_MS = 50;
const QUIET_MS = 300;

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

/** All spans of the case's Worker, once as many invocations as expected are there and no more is coming. */
export async function tracesOf(one: Case, service: string, backend: string): Promise<FlatSpan[]> {
  const expected = one.sampled === false ? 0 : (one.invocations ?? countRequests(one));
  const deadline = Date.now() + ALL_ARRIVAL_MS;
  let seen = "";
  let quietSince = Date.now();
  for (;;) {
    const traces = await listTraces(backend, service);
    const state = JSON.stringify(traces);
    if (state !== seen) quietSince = Date.now();
    seen = state;
    const isLate = Date.now() > deadline;
    if (isLate || Date.now() - quietSince >= QUIET_MS) {
      const spans = await readSpans(backend, traces, service);
      // A trace has as many as Workers and objects that it goes through.
      const invocations = spans.filter(({ attributes }) => "faas.trigger" in attributes);
      if (isLate || invocations.length >= expected) return spans;
    }
    await new Promise((resolve) => setTimeout(resolve, ALL_PAUSE_MS));
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

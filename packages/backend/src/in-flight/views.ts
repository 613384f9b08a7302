// What is in flight, put into what the store answers: the open invocations of one trace, and rows of the list.

import type { ResourceSpans } from "@enterspan/otlp";
import type { ConditionGroup } from "../store/filter.ts";
import { serviceOf, textOf } from "../store/service-name.ts";
import type { StoredTrace, TraceOverview } from "../store/store.ts";
import { displayName, NAME_KEYS } from "../store/trace-name.ts";
import { isOpen, type OpenInvocation, spansOf } from "./in-flight.ts";
import { passes } from "./match.ts";

/** A trace with what it has in flight; spans that are stored are not doubled. Undefined where there is neither. */
export function withInFlight(
  stored: StoredTrace | undefined,
  open: readonly OpenInvocation[],
): StoredTrace | undefined {
  if (open.length === 0) return stored;
  const trace = stored ?? { spans: [], logs: [], resources: [], scopes: [] };
  const spans = [...trace.spans];
  const resources = [...trace.resources];
  const scopes = [...trace.scopes];
  const known = new Set(spans.map(({ spanId }) => spanId));
  // A report may come behind the spans that it is about.
  const going = open.filter(({ root }) => !known.has(root.spanId));
  for (const group of going.flatMap(({ groups }) => groups)) {
    const resource = resources.push({ ...group.resource, schemaUrl: group.schemaUrl }) - 1;
    for (const scoped of group.scopeSpans) {
      const scope = scopes.push({ ...scoped.scope, schemaUrl: scoped.schemaUrl }) - 1;
      for (const span of scoped.spans) if (!known.has(span.spanId)) spans.push({ ...span, resource, scope });
    }
  }
  spans.sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  return { ...trace, spans, resources, scopes };
}

export type InFlightOverview = TraceOverview & { isInFlight?: true };

export interface ListPage {
  rows: readonly TraceOverview[];
  limit: number;
  /** What an event of each trace passes. */
  where: ConditionGroup | undefined;
}

/** The newest page of the list with the traces in flight that belong there. They go on until `nowUnixNano`. */
export function listWithInFlight(
  { rows, limit, where }: ListPage,
  open: readonly OpenInvocation[],
  nowUnixNano: bigint,
): InFlightOverview[] {
  const inFlight = [...Map.groupBy(open, ({ traceId }) => traceId).values()].map((of) => {
    return overviewOf(of, nowUnixNano);
  });
  const found = new Set(
    where && open.filter((one) => passes(one, where, nowUnixNano)).map(({ traceId }) => traceId),
  );
  const stored = new Map(rows.map((row) => [row.traceId, row]));
  const last = rows.length < limit ? undefined : rows.at(-1);
  const shown = inFlight.flatMap((row): InFlightOverview[] => {
    const known = stored.get(row.traceId);
    if (known !== undefined) return known.rootSpanId === row.rootSpanId ? [] : [merged(known, row)];
    const isFound = where === undefined || found.has(row.traceId);
    // Those before a full page's last row belong to pages that come later, which have what is stored alone.
    const isOfPage = last === undefined || row.startTimeUnixNano >= last.startTimeUnixNano;
    return isFound && isOfPage ? [row] : [];
  });
  const ids = new Set(shown.map(({ traceId }) => traceId));
  return [...rows.filter(({ traceId }) => !ids.has(traceId)), ...shown].sort(newestFirst);
}

function newestFirst(a: TraceOverview, b: TraceOverview): number {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano < b.startTimeUnixNano ? 1 : -1;
  return a.traceId < b.traceId ? -1 : 1;
}

/** Of a trace's invocations, of which the first began it unless it is a part of another. */
function overviewOf(open: readonly OpenInvocation[], nowUnixNano: bigint): InFlightOverview {
  const [first] = open as [OpenInvocation, ...OpenInvocation[]];
  const { root, groups } = open.find(({ root }) => root.parentSpanId === "") ?? first;
  const all = open.flatMap((one) => one.groups);
  const spans = spansOf(all);
  const service = serviceName(groups);
  const failed = spans.filter(({ status }) => status.code === 2);
  return {
    traceId: root.traceId,
    rootSpanId: root.spanId,
    rootSpanName: root.name,
    rootName: displayName(
      root.name,
      textOf(root.attributes, NAME_KEYS.method),
      textOf(root.attributes, NAME_KEYS.path),
    ),
    service,
    services: [...new Set([service, ...all.map(({ resource }) => serviceOf(resource))])],
    startTimeUnixNano: first.root.startTimeUnixNano,
    endTimeUnixNano: spans.reduce(
      (end, span) => latest(end, isOpen(span) ? nowUnixNano : span.endTimeUnixNano),
      0n,
    ),
    spanCount: spans.length,
    errorCount: failed.length,
    logCount: 0,
    statusCode: root.status.code,
    errors: [...new Set(failed.map(({ status }) => status.message).filter(Boolean))].slice(0, 10),
    isInFlight: true,
  };
}

/** Parts of it have ended and are stored. What is in flight began the trace where nothing stored did. */
function merged(stored: TraceOverview, inFlight: InFlightOverview): InFlightOverview {
  const isPart = stored.rootSpanId !== "" && stored.startTimeUnixNano <= inFlight.startTimeUnixNano;
  const [front, other] = isPart ? [stored, inFlight] : [inFlight, stored];
  return {
    ...front,
    services: [...new Set([...front.services, ...other.services])],
    startTimeUnixNano: -latest(-stored.startTimeUnixNano, -inFlight.startTimeUnixNano),
    endTimeUnixNano: latest(stored.endTimeUnixNano, inFlight.endTimeUnixNano),
    spanCount: stored.spanCount + inFlight.spanCount,
    errorCount: stored.errorCount + inFlight.errorCount,
    logCount: stored.logCount,
    errors: [...new Set([...stored.errors, ...inFlight.errors])].slice(0, 10),
    isInFlight: true,
  };
}

const latest = (a: bigint, b: bigint) => (a > b ? a : b);

const serviceName = ([group]: readonly ResourceSpans[]): string => (group ? serviceOf(group.resource) : "");

// Runs a telemetry query: the checked request goes to the store, what comes back becomes the API's answer.

import { randomUUID } from "node:crypto";
import { ALL_TIME, type Needle } from "../store/filter.ts";
import type { EventQuery, Store, TraceOverview, TracePosition } from "../store/store.ts";
import type {
  EventSeries,
  EventsResult,
  KeyResult,
  QueryResult,
  Statistics,
  TelemetryEvent,
  TraceResult,
} from "./answer.ts";
import { decodeCursor } from "./cursor.ts";
import { eventOf } from "./event.ts";
import { QueryFault } from "./fault.ts";
import { fixedKeysOf } from "./fields.ts";
import { millisOf } from "./millis.ts";
import type { KeysRequest, QueryRequest } from "./request.ts";
import { spellingsOf } from "./spellings.ts";

/** @throws QueryFault or StoreQueryError when the query is at fault. */
export async function runQuery(store: Store, accountId: string, request: QueryRequest): Promise<QueryResult> {
  const started = performance.now();
  const created = new Date().toISOString();
  const found =
    request.view === "events"
      ? { events: await eventsOf(store, request) }
      : { traces: await tracesOf(store, request) };
  const extent = await store.measure(request.where);
  const statistics: Statistics = {
    elapsed: (performance.now() - started) / 1000,
    rows_read: extent.rows,
    bytes_read: extent.bytes,
  };
  const user = "local";
  return {
    run: {
      id: randomUUID(),
      accountId,
      dry: request.dry,
      granularity: request.granularity,
      query: {
        id: request.queryId,
        adhoc: true,
        created,
        createdBy: user,
        description: null,
        name: request.queryId,
        parameters: request.parameters,
        updated: created,
        updatedBy: user,
      },
      status: "COMPLETED",
      timeframe: request.timeframe,
      userId: user,
      created,
      updated: created,
      statistics,
    },
    statistics,
    ...found,
  };
}

async function eventsOf(store: Store, request: QueryRequest): Promise<EventsResult> {
  const query: EventQuery = {
    where: request.where,
    limit: request.limit,
    ...(request.offset !== undefined && {
      from: { position: decodeCursor(request.offset), direction: request.offsetDirection },
    }),
  };
  const { from, to } = request.timeframe;
  const bucketNano = BigInt(Math.max(1, Math.ceil((to - from) / request.granularity))) * 1_000_000n;
  const [stored, buckets] = await Promise.all([
    store.listEvents(query),
    store.countEvents(request.where, bucketNano),
  ]);
  const events = stored.map(eventOf);
  return {
    count: buckets.reduce((sum, bucket) => sum + bucket.count, 0),
    events,
    fields: fieldsOf(events),
    ...(!request.ignoreSeries && {
      series: buckets.map(
        ({ startUnixNano, count, errors }): EventSeries => ({
          time: new Date(Number(startUnixNano / 1_000_000n)).toISOString(),
          data: [
            { aggregates: { _count: count, _interval: 1 }, count, interval: 1, sampleInterval: 1, errors },
          ],
        }),
      ),
    }),
  };
}

/** Keys of the events returned, with the type of their first value. */
function fieldsOf(events: readonly TelemetryEvent[]): EventsResult["fields"] {
  const types = new Map<string, string>();
  for (const { $metadata, source } of events) {
    for (const [key, value] of [
      ...Object.entries($metadata).map(([name, value]) => [`$metadata.${name}`, value] as const),
      ...Object.entries(source),
    ]) {
      const type = typeof value;
      if (!types.has(key)) types.set(key, type === "number" || type === "boolean" ? type : "string");
    }
  }
  return [...types].map(([key, type]) => ({ key, type }));
}

async function tracesOf(store: Store, request: QueryRequest): Promise<TraceResult[]> {
  const before =
    request.offset === undefined
      ? undefined
      : await positionOf(store, request.offset, request.offsetDirection);
  const traces = await store.listTraces({
    limit: request.limit,
    where: request.where,
    ...(before && { before }),
  });
  return traces.map(traceResult);
}

/** A page of traces goes on after the trace whose id is the cursor. */
async function positionOf(store: Store, traceId: string, direction: "next" | "prev"): Promise<TracePosition> {
  if (direction === "prev") throw new QueryFault('offsetDirection: "prev" is not supported for traces yet');
  const condition = {
    field: { property: "traceId" },
    operation: "eq",
    type: "string",
    value: traceId,
  } as const;
  const where = { ...ALL_TIME, conditions: { combine: "all", conditions: [condition] } } as const;
  const [trace] = await store.listTraces({ limit: 1, where });
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

/** Latest seen first. A key is found by any of its spellings and returned as it was stored. */
export async function runKeys(store: Store, request: KeysRequest): Promise<KeyResult[]> {
  const stored = await store.listKeys(request.where);
  const keys = new Map<string, KeyResult>();
  for (const { key, type, lastSeenUnixNano } of stored) {
    for (const name of [key, ...fixedKeysOf(key)]) {
      const lastSeenAt = Number(lastSeenUnixNano / 1_000_000n);
      const known = keys.get(`${type} ${name}`);
      if (!known || known.lastSeenAt < lastSeenAt)
        keys.set(`${type} ${name}`, { key: name, lastSeenAt, type });
    }
  }
  const wanted = request.keyNeedle
    ? await withNeedle(store, [...keys.values()], request.keyNeedle)
    : [...keys.values()];
  wanted.sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.key < b.key ? -1 : 1));
  return wanted.slice(0, request.limit);
}

async function withNeedle(store: Store, keys: readonly KeyResult[], needle: Needle): Promise<KeyResult[]> {
  const spellings = [...new Set(keys.flatMap(({ key }) => spellingsOf(key)))];
  const matching = new Set(await store.matchTexts(spellings, needle));
  return keys.filter(({ key }) => spellingsOf(key).some((spelling) => matching.has(spelling)));
}

// Runs a telemetry query: the checked request goes to the store, what comes back becomes the API's answer.

import { randomUUID } from "node:crypto";
import { DATASET } from "../store/event-type.ts";
import type { EventFilter, Needle } from "../store/filter.ts";
import type { EventBucket, EventQuery, Store } from "../store/store.ts";
import { agentsOf } from "./agents.ts";
import type {
  EventSeries,
  EventsResult,
  KeyResult,
  QueryResult,
  Statistics,
  TelemetryEvent,
  ValueResult,
} from "./answer.ts";
import { type CalculationQuery, calculate, periodBefore } from "./calculations.ts";
import { decodeCursor } from "./cursor.ts";
import { distributionOf } from "./distribution.ts";
import { eventOf } from "./event.ts";
import { fieldOf, fixedKeysOf } from "./fields.ts";
import { invocationsOf } from "./invocations.ts";
import type { KeysRequest, QueryRequest, ValuesRequest } from "./request.ts";
import { spellingsOf } from "./spellings.ts";
import { tracesOf } from "./traces.ts";

/** @throws QueryFault or StoreQueryError when the query is at fault. */
export async function runQuery(store: Store, accountId: string, request: QueryRequest): Promise<QueryResult> {
  const started = performance.now();
  const created = new Date().toISOString();
  const [found, extent] = await Promise.all([resultOf(store, request), store.measure(readBy(request))]);
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

async function resultOf(
  store: Store,
  request: QueryRequest,
): Promise<Omit<QueryResult, "run" | "statistics">> {
  switch (request.view) {
    case "events":
      return { events: await eventsOf(store, request) };
    case "traces":
      return { traces: await tracesOf(store, request) };
    case "calculations":
      return request.distribution
        ? { distribution: await distributionOf(store, request.distribution) }
        : calculate(store, request.calculation as CalculationQuery);
    case "invocations":
    case "requests":
      return { invocations: await invocationsOf(store, request) };
    case "agents":
      return { agents: await agentsOf(store, request) };
  }
}

/** What a comparison reads begins one period earlier. */
const readBy = ({ where, calculation }: QueryRequest): EventFilter =>
  calculation?.compare ? { ...where, fromUnixNano: periodBefore(calculation).where.fromUnixNano } : where;

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
    count: Math.round(buckets.reduce((sum, bucket) => sum + bucket.count, 0)),
    events,
    fields: fieldsOf(events),
    ...(!request.ignoreSeries && {
      series: buckets.map(seriesOf),
    }),
  };
}

/** Sampled events count for as many as they stand for, as in calculations. */
function seriesOf({ startUnixNano, count: estimated, stored, errors }: EventBucket): EventSeries {
  const count = Math.round(estimated);
  const interval = estimated / stored;
  return {
    time: new Date(Number(startUnixNano / 1_000_000n)).toISOString(),
    data: [
      {
        aggregates: { _count: count, _interval: interval },
        count,
        interval,
        sampleInterval: interval,
        errors: Math.round(errors),
      },
    ],
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

/** The most frequent first. */
export async function runValues(store: Store, request: ValuesRequest): Promise<ValueResult[]> {
  const { where, key, type, limit } = request;
  const rows = await store.aggregate({
    where,
    calculations: [],
    groupBy: [{ field: fieldOf(key), type }],
    // One row is of the events that have no such value.
    limit: limit + 1,
  });
  const values = rows.flatMap(({ group: [value] }) =>
    value === null || value === undefined ? [] : [{ dataset: DATASET, key, type, value }],
  );
  return values.slice(0, limit);
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

// Spans and logs in one list, newest first, page by page. The order is total: time descending, a span before a log of
// the same time, then identity; a page starts after the identity of the last event of the page before.

import type { EventPosition, EventQuery, StoredEvent, StoredResource } from "../store.ts";
import { type LocatedFilter, located } from "./candidate-blocks.ts";
import { passesNothing } from "./decided.ts";
import { hexOfUuid, spanIdOf } from "./hex.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { LOG_SELECT, logKey, logOf, type SelectedLog } from "./log-rows.ts";
import { newestFirst } from "./newest-first.ts";
import type { OriginReader } from "./origin-reader.ts";
import type { Params } from "./params.ts";
import type { Readers } from "./readers.ts";
import { type SelectedSpan, SPAN_SELECT, spanOf } from "./span-rows.ts";
import { whereClause } from "./sql-filter.ts";
import { type EventTable, TIME_COLUMN } from "./sql-values.ts";
import { boundsOf } from "./time-bounds.ts";

const SELECT = { spans: SPAN_SELECT, logs: LOG_SELECT } as const;
const KIND = { spans: "span", logs: "log" } as const;
const IDENTITY = { spans: ["e.trace_id", "e.span_id"], logs: ["e.digest", "e.occurrence"] } as const;

const PAGE = (table: EventTable, from: string, where: string, backwards: boolean, limit: string) => `
SELECT ${SELECT[table]} FROM ${from} WHERE ${where}
ORDER BY ${TIME_COLUMN[table]} ${backwards ? "ASC" : "DESC"}, ${IDENTITY[table].map((column) => `${column} ${backwards ? "DESC" : "ASC"}`).join(", ")}
LIMIT ${limit}`;

export async function listEvents(
  readers: Readers,
  keys: KeyDictionary,
  origins: OriginReader,
  query: EventQuery,
): Promise<StoredEvent[]> {
  const [spans, logs] = await Promise.all([
    page<SelectedSpan>(readers, keys, "spans", query),
    page<SelectedLog>(readers, keys, "logs", query),
  ]);
  const resources = await origins.resources([...spans, ...logs].map((row) => row.resource_id));
  const resourceOf = (row: SelectedSpan | SelectedLog) => resources.get(row.resource_id) as StoredResource;
  const spanEvents = spans.map(
    (row): StoredEvent => ({
      kind: "span",
      span: spanOf(row, keys),
      resource: resourceOf(row),
      error: row.error ?? undefined,
    }),
  );
  const logEvents = logs.map(
    (row): StoredEvent => ({
      kind: "log",
      log: logOf(row, keys),
      atUnixNano: row.at_unix_nano,
      key: logKey(hexOfUuid(row.digest), row.occurrence),
      resource: resourceOf(row),
    }),
  );
  const backwards = query.from?.direction === "prev";
  const merged = merge(spanEvents, logEvents, backwards).slice(0, query.limit);
  return backwards ? merged.reverse() : merged;
}

async function page<Row>(
  readers: Readers,
  keys: KeyDictionary,
  table: EventTable,
  query: EventQuery,
): Promise<Row[]> {
  const { from: position, limit } = query;
  if (passesNothing(query.where, table, keys)) return [];
  const wanted = query.among?.filter(({ kind }) => kind === KIND[table]);
  if (wanted?.length === 0) return [];
  const backwards = position?.direction === "prev";
  const read = (filter: LocatedFilter) => {
    const { from, where, params } = whereClause(filter, table, keys);
    const within = wanted ? ` AND ${among(table, wanted, params)}` : "";
    const after = position ? ` AND ${beyond(table, position.position, backwards, params)}` : "";
    return readers.all<Row>(
      PAGE(table, from, where + within + after, backwards, params.bigint(limit)),
      params,
    );
  };
  // What is wanted by its position is found by its time already.
  if (wanted) return read(query.where);
  const locate = async (filter = query.where) =>
    table === "spans" ? located(readers, keys, filter) : filter;
  if (backwards) return read(await locate());
  // The page may go on at the position's very time.
  const end = position && position.position.atUnixNano + 1n;
  const toUnixNano = end !== undefined && end < query.where.toUnixNano ? end : query.where.toUnixNano;
  const filter = { ...query.where, toUnixNano };
  const found = (rows: readonly Row[]) => rows.length;
  return newestFirst(readers, { table, filter, locate: () => locate(filter), read, found, wanted: limit });
}

/** The rows at these positions, of at least one; their times narrow the rows that are read. */
function among(table: EventTable, positions: readonly EventPosition[], params: Params): string {
  const time = TIME_COLUMN[table];
  const [first, last] = boundsOf(positions.map(({ atUnixNano }) => atUnixNano));
  const majors = positions.map((at) => (at.kind === "span" ? at.traceId : at.key.slice(0, 32)));
  const minors = positions.map((at) => (at.kind === "span" ? spanIdOf(at.spanId) : BigInt(at.key.slice(33))));
  const times = params.bigints(positions.map(({ atUnixNano }) => atUnixNano));
  const [major, minor] = IDENTITY[table];
  return `${time} BETWEEN ${params.bigint(first)} AND ${params.bigint(last)}
  AND (${time}, ${major}, ${minor}) IN (SELECT unnest(${times}), unnest(${params.uuids(majors)}), unnest(${params.unsigned(minors)}))`;
}

/** The rows of `table` that follow `position` in list order, or precede it. */
function beyond(table: EventTable, position: EventPosition, backwards: boolean, params: Params): string {
  const time = TIME_COLUMN[table];
  const at = params.bigint(position.atUnixNano);
  const further = `${time} ${backwards ? ">" : "<"} ${at}`;
  if (position.kind !== KIND[table]) {
    // At the same time all spans come before all logs.
    const sameTimeToo = (position.kind === "span") !== backwards;
    return sameTimeToo ? `(${further} OR ${time} = ${at})` : `(${further})`;
  }
  const [first, second] = IDENTITY[table];
  const sign = backwards ? "<" : ">";
  const [major, minor] =
    position.kind === "span"
      ? [params.uuid(position.traceId), params.spanId(position.spanId)]
      : [params.uuid(position.key.slice(0, 32)), params.bigint(Number(position.key.slice(33)))];
  return `(${further} OR (${time} = ${at} AND (${first} ${sign} ${major} OR (${first} = ${major} AND ${second} ${sign} ${minor}))))`;
}

export const timeOf = (event: StoredEvent): bigint =>
  event.kind === "span" ? event.span.startTimeUnixNano : event.atUnixNano;

/** Both lists are in order already; `backwards` means oldest first, logs before spans. */
function merge(spans: StoredEvent[], logs: StoredEvent[], backwards: boolean): StoredEvent[] {
  const merged: StoredEvent[] = [];
  let log = 0;
  for (const span of spans) {
    for (; log < logs.length; log++) {
      const candidate = logs[log] as StoredEvent;
      const logFirst = backwards ? timeOf(candidate) <= timeOf(span) : timeOf(candidate) > timeOf(span);
      if (!logFirst) break;
      merged.push(candidate);
    }
    merged.push(span);
  }
  return [...merged, ...logs.slice(log)];
}

// What a committed write changed, worked out when somebody asks: at full load nobody does.

import { ATTRIBUTE_WORDS, KINDS, SPAN_WORD, SPAN_WORDS, type SpanTable, ValueKind } from "@enterspan/otlp";
import { hexAt } from "../hex-words.ts";
import { serviceOf } from "../service-name.ts";
import { isEntry, isRoot } from "../span-entry.ts";
import type { EventPosition, StoredEntry, WriteResult } from "../store.ts";
import { displayName, NAME_KEYS } from "../trace-name.ts";
import { type LogRow, logKey } from "./log-rows.ts";
import type { SpanBatch } from "./span-batch.ts";

export class BatchResult implements WriteResult {
  readonly spans: number;
  readonly logs: number;
  readonly #batch: SpanBatch;
  readonly #logRows: readonly LogRow[];

  /** Of records that were stored for the first time. */
  constructor(batch: SpanBatch, logRows: readonly LogRow[]) {
    this.spans = batch.length;
    this.logs = logRows.length;
    this.#batch = batch;
    this.#logRows = logRows;
  }

  get traceIds(): string[] {
    const ids = new Set<string>();
    for (const [{ words }, at] of this.#rows()) ids.add(hexAt(words, at + SPAN_WORD.traceId, 4));
    for (const { log } of this.#logRows) if (log.traceId) ids.add(log.traceId);
    return [...ids];
  }

  get entries(): StoredEntry[] {
    const entries: StoredEntry[] = [];
    for (const [table, at] of this.#rows()) if (isEntry(table.words, at)) entries.push(entryOf(table, at));
    return entries;
  }

  get positions(): EventPosition[] {
    const positions: EventPosition[] = [];
    for (const [{ words }, at] of this.#rows()) {
      positions.push({
        kind: "span",
        atUnixNano: timeAt(words, at + SPAN_WORD.start),
        traceId: hexAt(words, at + SPAN_WORD.traceId, 4),
        spanId: hexAt(words, at + SPAN_WORD.spanId, 2),
      });
    }
    for (const { atUnixNano, digest, occurrence } of this.#logRows) {
      positions.push({ kind: "log", atUnixNano, key: logKey(digest, occurrence) });
    }
    return positions;
  }

  *#rows(): Generator<[table: SpanTable, at: number]> {
    for (let index = 0; index < this.#batch.length; index++) {
      yield [this.#batch.table(index), (this.#batch.rowOf[index] as number) * SPAN_WORDS];
    }
  }
}

function entryOf(table: SpanTable, at: number): StoredEntry {
  const { words } = table;
  const origin = table.origins[words[at + SPAN_WORD.origin] as number];
  const { method, path, httpStatus } = attributesOf(table, at);
  return {
    traceId: hexAt(words, at + SPAN_WORD.traceId, 4),
    spanId: hexAt(words, at + SPAN_WORD.spanId, 2),
    isRoot: isRoot(words, at),
    name: displayName(table.textAt(at + SPAN_WORD.name), method, path),
    service: origin ? serviceOf(origin.resource) : "",
    startTimeUnixNano: timeAt(words, at + SPAN_WORD.start),
    endTimeUnixNano: timeAt(words, at + SPAN_WORD.end),
    statusCode: (words[at + SPAN_WORD.statusCode] as number) | 0,
    ...(httpStatus !== undefined && { httpStatusCode: Number(httpStatus) }),
  };
}

/** Of each key the first attribute. */
function attributesOf(table: SpanTable, at: number): { [name in keyof typeof NAME_KEYS]?: string } {
  const first = table.words[at + SPAN_WORD.attributes] as number;
  const count = table.words[at + SPAN_WORD.attributes + 1] as number;
  const texts = new Map<string, { kind: number; text: string }>();
  for (let index = first; index < first + count; index++) {
    const from = index * ATTRIBUTE_WORDS;
    const word = table.attributes[from] as number;
    const key = table.keys.list[Math.floor(word / KINDS)] as string;
    if (!WANTED.has(key) || texts.has(key)) continue;
    const text = table.text(table.attributes[from + 1] as number, table.attributes[from + 2] as number);
    texts.set(key, { kind: word % KINDS, text });
  }
  const textOf = (key: string, ...kinds: number[]) => {
    const found = texts.get(key);
    return found && kinds.includes(found.kind) ? found.text : undefined;
  };
  const method = textOf(NAME_KEYS.method, ValueKind.STRING);
  const path = textOf(NAME_KEYS.path, ValueKind.STRING);
  const httpStatus = textOf(NAME_KEYS.httpStatus, ValueKind.INT, ValueKind.DOUBLE);
  return {
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path }),
    ...(httpStatus !== undefined && { httpStatus }),
  };
}

const WANTED: ReadonlySet<string> = new Set(Object.values(NAME_KEYS));

const timeAt = (words: Uint32Array, at: number): bigint =>
  (BigInt(words[at + 1] as number) << 32n) | BigInt(words[at] as number);

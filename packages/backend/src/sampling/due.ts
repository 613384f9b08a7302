// A request of spans as it comes off the queue to be decided, and what is left of it once its traces are.

import {
  decodeTracesJsonTable,
  decodeTracesProtobufTable,
  SPAN_WORD,
  SPAN_WORDS,
  type SpanTable,
} from "@enterspan/otlp";
import type { Received } from "../ingest/intake.ts";
import { validateTraces } from "../ingest/validate.ts";
import { type Entry, entryOf, type PickRecord } from "../queue/entry.ts";
import { hexAt } from "../store/hex-words.ts";
import { ARRIVAL_BYTES } from "./arrival.ts";
import { withThreshold } from "./threshold.ts";

/** A request whose time has come. */
export interface Due {
  entry: Entry;
  table: SpanTable;
}

/** Read as it was when it was accepted, with the same rows refused. */
export function dueOf(record: Uint8Array): Due {
  const entry = entryOf(record.subarray(ARRIVAL_BYTES));
  const decode = entry.encoding === "json" ? decodeTracesJsonTable : decodeTracesProtobufTable;
  const { request } = validateTraces(decode(entry.body));
  return { entry, table: request.spans as SpanTable };
}

/** Its rows that were not refused when it came, with the ids of their traces in hex. */
export function* acceptedRows(table: SpanTable): Generator<[row: number, traceId: string]> {
  for (let row = 0; row < table.rows; row++) {
    if (table.refused.has(row)) continue;
    yield [row, hexAt(table.words, row * SPAN_WORDS + SPAN_WORD.traceId, 4)];
  }
}

/**
 * Refuses the rows of traces that are dropped, which have no threshold, and gives the others theirs; `kept` is what a
 * store takes and forwarders send on, if anything is.
 */
export function thin(
  { entry, table }: Due,
  thresholds: ReadonlyMap<string, bigint | undefined>,
): { kept: { received: Received; pick: PickRecord } | undefined; dropped: number } {
  const kept = new Map<number, bigint>();
  let dropped = 0;
  for (const [row, traceId] of acceptedRows(table)) {
    const threshold = thresholds.get(traceId);
    if (threshold === undefined) {
      table.refused.add(row);
      dropped++;
    } else {
      kept.set(row, threshold);
      const at = row * SPAN_WORDS + SPAN_WORD.traceState;
      table.setText(at, withThreshold(table.textAt(at), threshold));
    }
  }
  if (kept.size === 0) return { kept: undefined, dropped };
  const validated = { request: { spans: table, logs: [] }, accepted: kept.size };
  const received: Received = { signal: "traces", encoding: entry.encoding, bytes: entry.body, validated };
  const pick: PickRecord = (record, _, index) => {
    const threshold = kept.get(index);
    if (threshold === undefined || !("traceState" in record)) return undefined;
    return { ...record, traceState: withThreshold(record.traceState, threshold) };
  };
  return { kept: { received, pick }, dropped };
}

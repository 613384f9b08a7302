// Which records of a write are stored already. A record sent again has the same time, so only rows in the time range of
// the write are looked at: the newest row group or two, about a millisecond, without an index to keep.

import { BIGINT, type DuckDBConnection, UBIGINT, UINTEGER, UUID } from "@duckdb/node-api";
import { SPAN_WORD, SPAN_WORDS } from "@enterspan/otlp";
import { append, withAppender } from "./append.ts";
import { hexOfUuid, uuidOf } from "./hex.ts";
import { type LogRow, logIdentity } from "./log-rows.ts";
import { Params } from "./params.ts";
import { CHUNK_ROWS, RawChunk, setId, setTime, setUuid } from "./raw-chunk.ts";
import type { SpanBatch } from "./span-batch.ts";
import { boundsOf } from "./time-bounds.ts";

/** Run once on the writing connection. */
export const PROBE_TABLES = `
CREATE TEMP TABLE span_probe (trace_id UUID, span_id UBIGINT, start_unix_nano BIGINT, place UINTEGER);
CREATE TEMP TABLE log_probe (digest UUID, occurrence UINTEGER, at_unix_nano BIGINT);
`;

const SPANS_STORED = (from: string, to: string) => `
SELECT DISTINCT p.place
FROM (SELECT trace_id, span_id, start_unix_nano FROM spans WHERE start_unix_nano BETWEEN ${from} AND ${to}) s
JOIN span_probe p ON s.start_unix_nano = p.start_unix_nano AND s.span_id = p.span_id AND s.trace_id = p.trace_id`;

const LOGS_STORED = (from: string, to: string) => `
SELECT DISTINCT l.digest::VARCHAR, l.occurrence
FROM (SELECT digest, occurrence, at_unix_nano FROM logs WHERE at_unix_nano BETWEEN ${from} AND ${to}) l
JOIN log_probe p ON l.at_unix_nano = p.at_unix_nano AND l.digest = p.digest AND l.occurrence = p.occurrence`;

/** Finds the spans of a batch that the table has. */
export class SpanProbe {
  readonly #chunk = new RawChunk([UUID, UBIGINT, BIGINT, UINTEGER]);
  readonly #traceIds = new Uint32Array(CHUNK_ROWS * 4);
  readonly #spanIds = new Uint32Array(CHUNK_ROWS * 2);
  readonly #starts = new Uint32Array(CHUNK_ROWS * 2);
  readonly #places = new Uint32Array(CHUNK_ROWS);

  /** Those of the indexes `suspects` in the batch. Takes part in the open transaction. */
  async stored(
    connection: DuckDBConnection,
    batch: SpanBatch,
    suspects: readonly number[],
  ): Promise<Set<number>> {
    if (suspects.length === 0) return new Set();
    await connection.run("TRUNCATE span_probe");
    await withAppender(connection, "span_probe", (appender) => {
      for (let start = 0; start < suspects.length; start += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, suspects.length - start);
        for (let row = 0; row < rows; row++) this.#set(row, batch, suspects[start + row] as number);
        this.#chunk.begin(rows);
        this.#chunk.fill(0, this.#traceIds, rows * 4);
        this.#chunk.fill(1, this.#spanIds, rows * 2);
        this.#chunk.fill(2, this.#starts, rows * 2);
        this.#chunk.fill(3, this.#places, rows);
        this.#chunk.appendTo(appender);
      }
    });
    const params = new Params();
    const [from, to] = batch.startBounds();
    const sql = SPANS_STORED(params.bigint(from), params.bigint(to));
    const found = await connection.runAndReadAll(sql, params.values, params.types);
    return new Set(found.getRows().map(([place]) => place as number));
  }

  #set(row: number, batch: SpanBatch, index: number): void {
    const { words } = batch.table(index);
    const at = (batch.rowOf[index] as number) * SPAN_WORDS;
    setUuid(this.#traceIds, row, words, at + SPAN_WORD.traceId);
    setId(this.#spanIds, row, words, at + SPAN_WORD.spanId);
    setTime(this.#starts, row, words, at + SPAN_WORD.start);
    this.#places[row] = index;
  }
}

export async function storedLogs(
  connection: DuckDBConnection,
  rows: readonly LogRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await connection.run("TRUNCATE log_probe");
  await append<LogRow>(
    connection,
    "log_probe",
    [
      { type: UUID, of: (row) => uuidOf(row.digest) },
      { type: UINTEGER, of: (row) => row.occurrence },
      { type: BIGINT, of: (row) => row.atUnixNano },
    ],
    rows,
  );
  const params = new Params();
  const [from, to] = boundsOf(rows.map((row) => row.atUnixNano));
  const sql = LOGS_STORED(params.bigint(from), params.bigint(to));
  const found = await connection.runAndReadAll(sql, params.values, params.types);
  return new Set(
    found
      .getRows()
      .map(([digest, occurrence]) => logIdentity(hexOfUuid(digest as string), occurrence as number)),
  );
}

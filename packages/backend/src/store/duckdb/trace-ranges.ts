// Where the spans of traces start: a row for each trace of a transaction, beside the spans themselves. A tenth of the rows
// or less, so lists find the newest traces and a trace finds its place in time without reading every span's trace id.

import { BIGINT, type DuckDBConnection, UUID } from "@duckdb/node-api";
import { SPAN_WORD, SPAN_WORDS } from "@enterspan/otlp";
import { withAppender } from "./append.ts";
import { CHUNK_ROWS, RawChunk, setTime, setUuid } from "./raw-chunk.ts";
import type { SpanBatch } from "./span-batch.ts";
import { isSameTrace, traceHash } from "./span-identity.ts";

/** `first` is the earliest start that is set, 0 where none is; `lowest` is 0 as soon as one is not set. */
export const TRACE_RANGES = `
CREATE TABLE trace_ranges (
  trace_id UUID NOT NULL,
  first_unix_nano BIGINT NOT NULL,
  lowest_unix_nano BIGINT NOT NULL,
  last_unix_nano BIGINT NOT NULL
);
INSERT INTO trace_ranges
SELECT trace_id, coalesce(min(start_unix_nano) FILTER (start_unix_nano > 0), 0), min(start_unix_nano), max(start_unix_nano)
FROM spans GROUP BY trace_id ORDER BY min(start_unix_nano);
`;

const COLUMNS = [UUID, BIGINT, BIGINT, BIGINT] as const;

export class TraceRanges {
  readonly #chunk = new RawChunk(COLUMNS);

  /** Takes part in the open transaction. Resolves with the number of rows. */
  async append(connection: DuckDBConnection, batch: SpanBatch): Promise<number> {
    if (batch.length === 0) return 0;
    const ranges = await BatchRanges.of(batch);
    await withAppender(connection, "trace_ranges", (appender) => {
      for (let start = 0; start < ranges.length; start += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, ranges.length - start);
        this.#chunk.begin(rows);
        ranges.columns.forEach(({ words, wordsOfRow }, column) => {
          const part = words.slice(start * wordsOfRow, (start + rows) * wordsOfRow);
          this.#chunk.fill(column, part, part.length);
        });
        this.#chunk.appendTo(appender);
      }
    });
    return ranges.length;
  }
}

/** The ranges of a batch's traces as the table's columns. */
class BatchRanges {
  length = 0;
  readonly #traceIds: Uint32Array<ArrayBuffer>;
  readonly #first: Uint32Array<ArrayBuffer>;
  readonly #lowest: Uint32Array<ArrayBuffer>;
  readonly #last: Uint32Array<ArrayBuffer>;

  private constructor(batch: SpanBatch) {
    this.#traceIds = new Uint32Array(batch.length * 4);
    this.#first = new Uint32Array(batch.length * 2);
    this.#lowest = new Uint32Array(batch.length * 2);
    this.#last = new Uint32Array(batch.length * 2);
  }

  static async of(batch: SpanBatch): Promise<BatchRanges> {
    const found = new BatchRanges(batch);
    // Open addressing, as in SpanBatch; a slot holds one more than the index of a trace's span that came first.
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(batch.length * 2 + 1)));
    const ranges = new Int32Array(batch.length);
    let previous = -1;
    await batch.inSteps((from, to) => {
      for (let index = from; index < to; index++) {
        const { words } = batch.table(index);
        const at = (batch.rowOf[index] as number) * SPAN_WORDS;
        // Spans of a trace mostly come together.
        if (previous < 0 || !isSame(batch, previous, words, at)) {
          let slot = traceHash(words, at) & (slots.length - 1);
          while (slots[slot] !== 0 && !isSame(batch, (slots[slot] as number) - 1, words, at)) {
            slot = (slot + 1) & (slots.length - 1);
          }
          if (slots[slot] === 0) {
            slots[slot] = index + 1;
            ranges[index] = found.#begin(words, at);
          }
          previous = (slots[slot] as number) - 1;
        }
        found.#widen(ranges[previous] as number, words, at + SPAN_WORD.start);
      }
    });
    return found;
  }

  get columns(): ReadonlyArray<{ words: Uint32Array<ArrayBuffer>; wordsOfRow: number }> {
    return [
      { words: this.#traceIds, wordsOfRow: 4 },
      { words: this.#first, wordsOfRow: 2 },
      { words: this.#lowest, wordsOfRow: 2 },
      { words: this.#last, wordsOfRow: 2 },
    ];
  }

  #begin(words: Uint32Array, at: number): number {
    const row = this.length++;
    setUuid(this.#traceIds, row, words, at + SPAN_WORD.traceId);
    for (const column of [this.#first, this.#lowest, this.#last]) {
      setTime(column, row, words, at + SPAN_WORD.start);
    }
    return row;
  }

  #widen(row: number, words: Uint32Array, start: number): void {
    if (isLess(words, start, this.#lowest, row * 2)) setTime(this.#lowest, row, words, start);
    if (isLess(this.#last, row * 2, words, start)) setTime(this.#last, row, words, start);
    if (isUnset(words, start)) return;
    if (isUnset(this.#first, row * 2) || isLess(words, start, this.#first, row * 2)) {
      setTime(this.#first, row, words, start);
    }
  }
}

function isSame(batch: SpanBatch, index: number, words: Uint32Array, at: number): boolean {
  return isSameTrace(batch.table(index).words, (batch.rowOf[index] as number) * SPAN_WORDS, words, at);
}

const isUnset = (words: Uint32Array, at: number): boolean => words[at] === 0 && words[at + 1] === 0;

/** Of times, whose low word comes first. */
function isLess(a: Uint32Array, atA: number, b: Uint32Array, atB: number): boolean {
  const [highA, highB] = [a[atA + 1] as number, b[atB + 1] as number];
  return highA < highB || (highA === highB && (a[atA] as number) < (b[atB] as number));
}

const DELETE_BEFORE = "DELETE FROM trace_ranges WHERE last_unix_nano < $1";

/** What a trace has left starts later than it did. */
const CUT_BEFORE = `
UPDATE trace_ranges SET first_unix_nano = kept.first, lowest_unix_nano = kept.first
FROM (
  SELECT trace_id, min(start_unix_nano) AS first FROM spans
  WHERE trace_id IN (SELECT trace_id FROM trace_ranges WHERE lowest_unix_nano < $1) GROUP BY trace_id
) kept
WHERE trace_ranges.trace_id = kept.trace_id AND trace_ranges.lowest_unix_nano < $1`;

/** After the spans that start before this have been deleted, in the same transaction. */
export async function cutRanges(connection: DuckDBConnection, unixNano: bigint): Promise<void> {
  await connection.run(DELETE_BEFORE, [unixNano], [BIGINT]);
  await connection.run(CUT_BEFORE, [unixNano], [BIGINT]);
}

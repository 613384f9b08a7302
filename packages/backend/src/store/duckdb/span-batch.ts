// The spans of one transaction: which rows of which requests' tables shall be stored, each once. Looks only at what came
// together; the writer takes out what is stored already.

import { SPAN_WORD, SPAN_WORDS, type SpanTable } from "@enterspan/otlp";
import { othersTurn } from "../../pause.ts";
import { identityHash, isSameSpan } from "./span-identity.ts";

/** A step with so many takes Node's thread for one or two milliseconds: most of it waits for memory. */
const STEP_ROWS = 4_096;

export class SpanBatch {
  readonly tables: readonly SpanTable[];
  /** How many spans there are. */
  length = 0;
  /** Of each span its table's index and its row there. */
  readonly tableOf: Uint32Array;
  readonly rowOf: Uint32Array;

  private constructor(tables: readonly SpanTable[], rows: number) {
    this.tables = tables;
    this.tableOf = new Uint32Array(rows);
    this.rowOf = new Uint32Array(rows);
  }

  /** Without refused rows, and of spans that come more than once only the first. */
  static async of(tables: readonly SpanTable[]): Promise<SpanBatch> {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const batch = new SpanBatch(tables, rows);
    // Open addressing; a slot holds one more than the span's index. At most half of them are taken.
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(rows * 2 + 1)));
    let looked = 0;
    for (const [index, table] of tables.entries()) {
      if (looked >= STEP_ROWS) {
        await othersTurn();
        looked = 0;
      }
      looked += table.rows;
      batch.#addTable(slots, index, table);
    }
    return batch;
  }

  /** Calls `work` for one part after the other, and lets others have their turn between them. */
  async inSteps(work: (from: number, to: number) => void): Promise<void> {
    for (let from = 0; from < this.length; from += STEP_ROWS) {
      if (from > 0) await othersTurn();
      work(from, Math.min(from + STEP_ROWS, this.length));
    }
  }

  table(index: number): SpanTable {
    return this.tables[this.tableOf[index] as number] as SpanTable;
  }

  /** Takes out the spans at these indexes; those behind them move up. */
  remove(indexes: ReadonlySet<number>): void {
    if (indexes.size === 0) return;
    let kept = 0;
    for (let index = 0; index < this.length; index++) {
      if (indexes.has(index)) continue;
      this.tableOf[kept] = this.tableOf[index] as number;
      this.rowOf[kept] = this.rowOf[index] as number;
      kept++;
    }
    this.length = kept;
  }

  /** Of at least one span, of all or of those from `begin` to before `end`, in nanoseconds; both inclusive. */
  startBounds(begin = 0, end = this.length): [from: bigint, to: bigint] {
    let [lowHigh, lowLow, highHigh, highLow] = [0xffffffff, 0xffffffff, 0, 0];
    for (let index = begin; index < end; index++) {
      const { words } = this.table(index);
      const at = (this.rowOf[index] as number) * SPAN_WORDS + SPAN_WORD.start;
      const low = words[at] as number;
      const high = words[at + 1] as number;
      if (high < lowHigh || (high === lowHigh && low < lowLow)) [lowHigh, lowLow] = [high, low];
      if (high > highHigh || (high === highHigh && low > highLow)) [highHigh, highLow] = [high, low];
    }
    return [(BigInt(lowHigh) << 32n) | BigInt(lowLow), (BigInt(highHigh) << 32n) | BigInt(highLow)];
  }

  #addTable(slots: Int32Array, index: number, table: SpanTable): void {
    for (let row = 0; row < table.rows; row++) {
      if (table.refused.has(row)) continue;
      const slot = this.#slotFor(slots, table, row);
      if (slots[slot] !== 0) continue;
      this.tableOf[this.length] = index;
      this.rowOf[this.length] = row;
      slots[slot] = ++this.length;
    }
  }

  /** Where the span's equal is, or where it belongs. */
  #slotFor(slots: Int32Array, { words }: SpanTable, row: number): number {
    const at = row * SPAN_WORDS;
    let slot = identityHash(words, at, 0) & (slots.length - 1);
    while (slots[slot] !== 0) {
      const other = (slots[slot] as number) - 1;
      if (isSameSpan(this.table(other).words, (this.rowOf[other] as number) * SPAN_WORDS, words, at))
        return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}

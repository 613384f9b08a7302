// The spans of one transaction: which rows of which requests' tables shall be stored, each once. Looks only at what came
// together; the writer takes out what is stored already.

import { SPAN_WORD, SPAN_WORDS, type SpanTable } from "@enterspan/otlp";
import { identityHash, isSameSpan } from "./span-identity.ts";

export class SpanBatch {
  readonly tables: readonly SpanTable[];
  /** How many spans there are. */
  length = 0;
  /** Of each span its table's index and its row there. */
  readonly tableOf: Uint32Array;
  readonly rowOf: Uint32Array;

  /** Without refused rows, and of spans that come more than once only the first. */
  constructor(tables: readonly SpanTable[]) {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    this.tables = tables;
    this.tableOf = new Uint32Array(rows);
    this.rowOf = new Uint32Array(rows);
    // Open addressing; a slot holds one more than the span's index. At most half of them are taken.
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(rows * 2 + 1)));
    tables.forEach((table, index) => {
      for (let row = 0; row < table.rows; row++) {
        if (table.refused.has(row)) continue;
        const slot = this.#slotFor(slots, table, row);
        if (slots[slot] !== 0) continue;
        this.tableOf[this.length] = index;
        this.rowOf[this.length] = row;
        slots[slot] = ++this.length;
      }
    });
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

  /** Of at least one span, in nanoseconds; both inclusive. */
  startBounds(): [from: bigint, to: bigint] {
    let [lowHigh, lowLow, highHigh, highLow] = [0xffffffff, 0xffffffff, 0, 0];
    for (let index = 0; index < this.length; index++) {
      const { words } = this.table(index);
      const at = (this.rowOf[index] as number) * SPAN_WORDS + SPAN_WORD.start;
      const low = words[at] as number;
      const high = words[at + 1] as number;
      if (high < lowHigh || (high === lowHigh && low < lowLow)) [lowHigh, lowLow] = [high, low];
      if (high > highHigh || (high === highHigh && low > highLow)) [highHigh, highLow] = [high, low];
    }
    return [(BigInt(lowHigh) << 32n) | BigInt(lowLow), (BigInt(highHigh) << 32n) | BigInt(highLow)];
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

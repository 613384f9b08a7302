// Which traces were kept and at which threshold, for spans that come late: the latest in memory, and on disk so that a
// restart does not decide anew of half a trace.

import { DiskQueue } from "../queue/disk-queue.ts";

const ID_BYTES = 16;
const ENTRY_BYTES = ID_BYTES + 8;

/** In place of a threshold, which has 56 bits. */
const DROPPED = 2n ** 64n - 1n;

export class Decisions {
  readonly #queue: DiskQueue;
  readonly #limit: number;
  /** By trace id, the oldest first. */
  readonly #thresholds = new Map<string, bigint | undefined>();

  private constructor(queue: DiskQueue, limit: number) {
    this.#queue = queue;
    this.#limit = limit;
  }

  static async open(directory: string, limit: number): Promise<Decisions> {
    // Nobody reads it but this: it keeps its bound by dropping the oldest. Twice the room, for segments go as a whole.
    const maxBytes = Math.max(limit * ENTRY_BYTES * 2, 1_000_000);
    const queue = DiskQueue.open(directory, { maxBytes, whenFull: "drop-oldest" });
    const decisions = new Decisions(queue, limit);
    let from = queue.cursor;
    for (;;) {
      const { records, next } = await queue.read(1_000_000, from);
      if (records.length === 0) return decisions;
      for (const record of records) decisions.#load(Buffer.from(record));
      from = next;
    }
  }

  has(traceId: string): boolean {
    return this.#thresholds.has(traceId);
  }

  /** Nothing for a trace that is dropped, or not known. */
  thresholdOf(traceId: string): bigint | undefined {
    return this.#thresholds.get(traceId);
  }

  /** Known at once; resolves when they are on disk. */
  async add(
    decided: ReadonlyArray<readonly [traceId: string, threshold: bigint | undefined]>,
  ): Promise<void> {
    if (decided.length === 0) return;
    const record = Buffer.alloc(decided.length * ENTRY_BYTES);
    decided.forEach(([traceId, threshold], index) => {
      record.write(traceId, index * ENTRY_BYTES, "hex");
      record.writeBigUInt64LE(threshold ?? DROPPED, index * ENTRY_BYTES + ID_BYTES);
      this.#remember(traceId, threshold);
    });
    await this.#queue.append([record]);
  }

  close(): Promise<void> {
    return this.#queue.close();
  }

  #load(record: Buffer): void {
    for (let at = 0; at + ENTRY_BYTES <= record.length; at += ENTRY_BYTES) {
      const threshold = record.readBigUInt64LE(at + ID_BYTES);
      this.#remember(
        record.toString("hex", at, at + ID_BYTES),
        threshold === DROPPED ? undefined : threshold,
      );
    }
  }

  #remember(traceId: string, threshold: bigint | undefined): void {
    this.#thresholds.set(traceId, threshold);
    if (this.#thresholds.size <= this.#limit) return;
    const oldest = this.#thresholds.keys().next();
    if (!oldest.done) this.#thresholds.delete(oldest.value);
  }
}

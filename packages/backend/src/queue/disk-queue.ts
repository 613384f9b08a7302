// Records on disk between one that appends and one that reads: first in, first out, within a bound, over restarts and
// kill -9. Segment files of its own in a directory of its own; a small file says how far the reader has come.

import { mkdirSync, rmSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { othersTurn } from "../pause.ts";
import { isBehind, type Position, saveCursor, savedCursor } from "./cursor.ts";
import { OpenSegment } from "./open-segment.ts";
import { framedBytes, readRecords, segmentPath, segmentsIn } from "./segment.ts";

export type { Position } from "./cursor.ts";

export interface Batch {
  records: Uint8Array[];
  /** Behind each of them. */
  ends: Position[];
  /** Behind the last of them: for `advance`, once they are done with. */
  next: Position;
}

export interface DiskQueueOptions {
  /** What its files may take. */
  maxBytes: number;
  /** What happens when there is no room: the oldest segment goes, or `append` rejects with QueueFullError. */
  whenFull: "drop-oldest" | "refuse";
  /** Told of records that nobody will read any more. */
  onDropped?: (records: Uint8Array[]) => void;
  /** Told when there is something new to read. */
  onAppended?: () => void;
}

/** There is no room, or more waits to be written than shall be held in memory. Trying again later is right. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** Small enough that dropping the oldest loses little at once and that what has been read is soon deleted. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

/** Of a queue's bound at most: dropping one segment must not empty a small queue. */
const SEGMENTS_AT_LEAST = 8;

/** Records in memory that wait for the disk. */
const PENDING_BYTES = 64 * 1024 * 1024;

interface Pending {
  parts: readonly Uint8Array[];
  bytes: number;
  resolve: (end: Position) => void;
  reject: (error: unknown) => void;
}

export class DiskQueue {
  readonly #directory: string;
  readonly #options: DiskQueueOptions;
  readonly #segmentBytes: number;
  /** Bytes of each segment that can be read, by number, oldest first. */
  readonly #segments = new Map<number, number>();
  #active: OpenSegment | undefined;
  #lastNumber: number;
  #cursor: Position;
  #bytes = 0;
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #writing: Promise<void> | undefined;
  #savingCursor: Promise<void> = Promise.resolve();
  #nextSave: Promise<void> | undefined;
  /** Segments whose files go with the next save. */
  readonly #passed: number[] = [];

  private constructor(directory: string, options: DiskQueueOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#segmentBytes = Math.min(SEGMENT_BYTES, Math.ceil(options.maxBytes / SEGMENTS_AT_LEAST));
    for (const number of segmentsIn(directory)) {
      const { size } = statSync(this.#path(number));
      this.#segments.set(number, size);
      this.#bytes += size;
    }
    this.#cursor = this.#existing(savedCursor(directory));
    this.#lastNumber = Math.max(this.#cursor.segment, ...this.#segments.keys());
    for (const number of this.#segments.keys()) if (number < this.#cursor.segment) this.#delete(number);
  }

  /** Makes the directory when it is missing. One queue at a time may have it. */
  static open(directory: string, options: DiskQueueOptions): DiskQueue {
    mkdirSync(directory, { recursive: true });
    return new DiskQueue(directory, options);
  }

  /** What is still to be read, its frames included. */
  get waitingBytes(): number {
    return Math.max(0, this.#bytes - (this.#segments.has(this.#cursor.segment) ? this.#cursor.offset : 0));
  }

  get cursor(): Position {
    return this.#cursor;
  }

  /**
   * Resolves with the place behind the record that `parts` make together when it is on disk. Those who append together
   * share a sync.
   *
   * @throws QueueFullError; Node's error when the disk does not take it, and then it may be read or not. RangeError, at once, for
   * an empty record.
   */
  append(parts: readonly Uint8Array[]): Promise<Position> {
    const bytes = framedBytes(parts);
    if (this.#pending.length > 0 && this.#pendingBytes + bytes > PENDING_BYTES) {
      return Promise.reject(new QueueFullError("More is arriving than the disk takes; send it again later."));
    }
    this.#pendingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#pending.push({ parts, bytes, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  /** The next records, about `maxBytes` of them but at least one where there is one; `from` where it is not the cursor. */
  async read(maxBytes: number, from: Position = this.#cursor): Promise<Batch> {
    let { segment, offset } = from;
    for (;;) {
      const limit = this.#segments.get(segment) ?? 0;
      if (limit > offset) {
        const read = await readRecords(this.#path(segment), offset, limit, maxBytes);
        const ends = read.ends.map((end) => ({ segment, offset: end }));
        const next = ends.at(-1);
        if (next !== undefined) return { records: read.records, ends, next };
      }
      const following = this.#after(segment);
      if (following === undefined) return { records: [], ends: [], next: { segment, offset } };
      segment = following;
      offset = 0;
    }
  }

  /** What lies before `to` is done with. A position that the queue has passed by itself changes nothing. */
  advance(to: Position): Promise<void> {
    if (isBehind(to, this.#cursor)) return this.#savingCursor;
    this.#cursor = to;
    const passed = [...this.#segments.keys()].filter((number) => number < to.segment);
    return this.#saveCursor(passed);
  }

  /** Waits for what is being written. What has not been read stays for the next `open`. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
    await this.#savingCursor;
    await this.#closeActive();
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      // One turn later, so that those share a write who come in the same one: under load it takes as long as some of them.
      await othersTurn();
      const group = this.#nextGroup();
      try {
        await this.#writeGroup(group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
      for (const { bytes } of group) this.#pendingBytes -= bytes;
    }
    this.#writing = undefined;
  }

  /** What is written together: a segment's worth, so that the bound holds for whatever waits. */
  #nextGroup(): Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#pending) {
      if (count > 0 && bytes + pending.bytes > this.#segmentBytes) break;
      bytes += pending.bytes;
      count++;
    }
    return this.#pending.splice(0, count);
  }

  async #writeGroup(group: readonly Pending[]): Promise<void> {
    const fitting = group.filter((pending) => this.#mayFit(pending));
    const bytes = fitting.reduce((sum, pending) => sum + pending.bytes, 0);
    if (bytes === 0) return;
    await this.#makeRoom(bytes);
    const active = await this.#segmentFor();
    const { number } = active;
    const start = this.#segments.get(number) as number;
    try {
      await active.append(
        fitting.map(({ parts }) => parts),
        start,
      );
    } catch (error) {
      // What lies behind the readable part is garbage: nothing must follow it in this file.
      this.#active = undefined;
      await active.close().catch(() => {});
      throw error;
    }
    this.#segments.set(number, start + bytes);
    this.#bytes += bytes;
    let offset = start;
    for (const pending of fitting) {
      offset += pending.bytes;
      pending.resolve({ segment: number, offset });
    }
    this.#options.onAppended?.();
  }

  /** A record larger than the whole queue is dropped or refused at once. */
  #mayFit({ parts, bytes, resolve, reject }: Pending): boolean {
    if (bytes <= this.#options.maxBytes) return true;
    if (this.#options.whenFull === "refuse")
      reject(new QueueFullError("The record is larger than the queue."));
    else {
      this.#options.onDropped?.([Buffer.concat(parts)]);
      resolve(this.#cursor);
    }
    return false;
  }

  async #makeRoom(bytes: number): Promise<void> {
    while (this.#bytes + bytes > this.#options.maxBytes && this.#bytes > 0) {
      if (this.#options.whenFull === "refuse") {
        if (this.waitingBytes > 0)
          throw new QueueFullError("The queue on disk is full; send it again later.");
      }
      await this.#dropOldest();
    }
  }

  async #dropOldest(): Promise<void> {
    const number = this.#segments.keys().next().value as number;
    if (this.#active?.number === number) await this.#closeActive();
    const from = this.#cursor.segment === number ? this.#cursor.offset : 0;
    const limit = this.#segments.get(number) as number;
    if (number >= this.#cursor.segment && limit > from) {
      const { records } = await readRecords(this.#path(number), from, limit, limit);
      this.#options.onDropped?.(records);
      this.#cursor = { segment: this.#after(number) ?? this.#lastNumber + 1, offset: 0 };
    }
    await this.#saveCursor([number]);
  }

  async #closeActive(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await active?.close();
  }

  async #segmentFor(): Promise<OpenSegment> {
    if (this.#active && (this.#segments.get(this.#active.number) ?? 0) >= this.#segmentBytes) {
      await this.#closeActive();
    }
    if (this.#active) return this.#active;
    const number = ++this.#lastNumber;
    this.#active = await OpenSegment.create(this.#directory, number);
    this.#segments.set(number, 0);
    return this.#active;
  }

  #after(segment: number): number | undefined {
    for (const number of this.#segments.keys()) if (number > segment) return number;
    return undefined;
  }

  /** The saved place, or the first segment after it where its own is gone. */
  #existing(saved: Position): Position {
    if (this.#segments.has(saved.segment)) return saved;
    return { segment: this.#after(saved.segment) ?? saved.segment, offset: 0 };
  }

  /** Writes the cursor, then deletes segments: a crash in between leaves files that the next `open` deletes. */
  #saveCursor(passed: readonly number[]): Promise<void> {
    for (const number of passed) {
      this.#bytes -= this.#segments.get(number) as number;
      this.#segments.delete(number);
    }
    this.#passed.push(...passed);
    // One that has not begun yet writes this one's place too.
    this.#nextSave ??= this.#savingCursor.then(async () => {
      this.#nextSave = undefined;
      const gone = this.#passed.splice(0);
      await saveCursor(this.#directory, this.#cursor);
      for (const number of gone) await rm(this.#path(number), { force: true }).catch(() => {});
    });
    this.#savingCursor = this.#nextSave;
    return this.#savingCursor;
  }

  #delete(number: number): void {
    this.#bytes -= this.#segments.get(number) as number;
    this.#segments.delete(number);
    rmSync(this.#path(number), { force: true });
  }

  #path(number: number): string {
    return segmentPath(this.#directory, number);
  }
}

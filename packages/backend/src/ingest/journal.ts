// What was acknowledged before it was stored: requests as they came, in a queue on disk. An ordinary start finds it empty;
// after a crash what it holds is stored before anybody is listened to, and what was stored already is not stored twice.

import { join } from "node:path";
import { isBehind } from "../queue/cursor.ts";
import { type Damage, damageIn } from "../queue/damage.ts";
import { DiskQueue, type Position } from "../queue/disk-queue.ts";
import { type Entry, entryOf, HEAD_BYTES, isEntry, storedEntry } from "../queue/entry.ts";
import { BODY_LIMIT_BYTES } from "./body.ts";
import type { Unreadable } from "./unreadable.ts";

/** Records that may be acknowledged beyond what is stored: a bulk that is written and most of the next. */
const MAX_RECORDS = 200_000;

/** Several times what those take. */
const MAX_BYTES = 512_000_000;

/** What one has at most. */
const RECORD_BYTES = BODY_LIMIT_BYTES + HEAD_BYTES;

/** Read at once after a crash. */
const READ_BYTES = 4 * 1024 * 1024;

/** A request in the journal. */
export interface Journaled {
  /** Resolves when it is on disk; rejects when the disk does not take it, and then it is as if it had never been here. */
  written: Promise<void>;
  /** To be called when it need not be read again. */
  done(): void;
}

/** What was found in it. */
export interface Left<T> {
  entry: Entry;
  content: T;
  journaled: Journaled;
}

interface Place {
  end: Position | undefined;
  isDone: boolean;
}

export class Journal {
  readonly #directory: string;
  readonly #queue: DiskQueue;
  /** In the order on disk, from the first that is not done. */
  readonly #places: Place[] = [];
  #records = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#queue = DiskQueue.open(directory, { maxBytes: MAX_BYTES, whenFull: "refuse" });
  }

  static open(dataDir: string): Journal {
    return new Journal(join(dataDir, "journal"));
  }

  hasRoom(records: number): boolean {
    return this.#records + records <= MAX_RECORDS;
  }

  write(entry: Entry): Journaled {
    const { place, done } = this.#begin(entry.records);
    const written = this.#queue.append(storedEntry(entry)).then(
      (end) => {
        place.end = end;
        this.#advance();
      },
      (error) => {
        this.#places.splice(this.#places.indexOf(place), 1);
        done();
        throw error;
      },
    );
    return { written, done };
  }

  /**
   * What a crash left as `read` reads it, in order, a few megabytes at a time. To be asked before anything is written. What
   * cannot be read goes to `unreadable`.
   */
  async *left<T>(read: (entry: Entry) => T, unreadable: Unreadable): AsyncGenerator<Left<T>[]> {
    const damaged = await damageIn(this.#directory, RECORD_BYTES);
    const passDamageBefore = (end?: Position) => {
      while (damaged[0] && (end === undefined || isBehind(damaged[0].to, end))) {
        const damage = damaged.shift() as Damage;
        const { done } = this.#found(damage.to, 0);
        if (unreadable.damage(damage)) done();
      }
    };
    let from = this.#queue.cursor;
    for (;;) {
      const { records, ends, next } = await this.#queue.read(READ_BYTES, from);
      if (records.length === 0) break;
      const left: Left<T>[] = [];
      for (const [index, record] of records.entries()) {
        const end = ends[index] as Position;
        passDamageBefore(end);
        try {
          if (!isEntry(record)) throw new TypeError("it is none of this version");
          const entry = entryOf(record);
          left.push({ entry, content: read(entry), journaled: this.#found(end, entry.records) });
        } catch (error) {
          const { done } = this.#found(end, 0);
          if (unreadable.record(record, end, error)) done();
        }
      }
      yield left;
      from = next;
    }
    passDamageBefore();
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #found(end: Position, records: number): Journaled {
    const { place, done } = this.#begin(records);
    place.end = end;
    return { written: Promise.resolve(), done };
  }

  #begin(records: number): { place: Place; done: () => void } {
    const place: Place = { end: undefined, isDone: false };
    this.#places.push(place);
    this.#records += records;
    const done = () => {
      if (place.isDone) return;
      place.isDone = true;
      this.#records -= records;
      this.#advance();
    };
    return { place, done };
  }

  #advance(): void {
    let end: Position | undefined;
    while (this.#places[0]?.isDone && this.#places[0].end) end = this.#places.shift()?.end;
    if (end) void this.#queue.advance(end);
  }
}

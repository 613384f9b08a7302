// What was acknowledged before it was stored: requests as they came, in a queue on disk. An ordinary start finds it empty;
// after a crash what it holds is stored before anybody is listened to, and what was stored already is not stored twice.

import { join } from "node:path";
import { DiskQueue, type Position } from "../queue/disk-queue.ts";
import { type Entry, entryOf, storedEntry } from "../queue/entry.ts";

/** Records that may be acknowledged beyond what is stored: a bulk that is written and most of the next. */
const MAX_RECORDS = 200_000;

/** Several times what those take. */
const MAX_BYTES = 512_000_000;

/** Read at once after a crash. */
const READ_BYTES = 4 * 1024 * 1024;

/** A request in the journal. */
export interface Journaled {
  /** Resolves when it is on disk; rejects when the disk does not take it, and then it is as if it had never been here. */
  written: Promise<void>;
  /** To be called when it need not be read again. */
  done(): void;
}

interface Place {
  end: Position | undefined;
  isDone: boolean;
}

export class Journal {
  readonly #queue: DiskQueue;
  /** In the order on disk, from the first that is not done. */
  readonly #places: Place[] = [];
  #records = 0;

  private constructor(queue: DiskQueue) {
    this.#queue = queue;
  }

  static open(dataDir: string): Journal {
    return new Journal(DiskQueue.open(join(dataDir, "journal"), { maxBytes: MAX_BYTES, whenFull: "refuse" }));
  }

  hasRoom(records: number): boolean {
    return this.#records + records <= MAX_RECORDS;
  }

  write(entry: Entry): Journaled {
    const { place, done } = this.#begin(entry);
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

  /** What a crash left, in order, a few megabytes at a time. To be read before anything is written. */
  async *left(): AsyncGenerator<{ entry: Entry; journaled: Journaled }[]> {
    let from = this.#queue.cursor;
    for (;;) {
      const { records, ends, next } = await this.#queue.read(READ_BYTES, from);
      if (records.length === 0) return;
      yield records.map((record, index) => {
        const entry = entryOf(record);
        const { place, done } = this.#begin(entry);
        place.end = ends[index];
        return { entry, journaled: { written: Promise.resolve(), done } };
      });
      from = next;
    }
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #begin(entry: Entry): { place: Place; done: () => void } {
    const place: Place = { end: undefined, isDone: false };
    this.#places.push(place);
    this.#records += entry.records;
    const done = () => {
      if (place.isDone) return;
      place.isDone = true;
      this.#records -= entry.records;
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

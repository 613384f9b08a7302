// A request from its arrival until the store has it: in one piece, or in two of which each goes into another transaction.

import type { Entry } from "../queue/entry.ts";
import type { WriteRequest } from "../store/store.ts";
import type { Journal, Journaled } from "./journal.ts";

export interface Submission {
  request: WriteRequest;
  /** Accepted spans and logs. */
  records: number;
  /** The size of what it was decoded from. */
  bytes: number;
  /** What the request can be decoded from again. Without it, it is answered after its commit only. */
  entry?: Entry | undefined;
}

/** What is on disk. */
export interface Durable {
  /** Resolves when the store has it, or could not take it for now; never rejects. */
  settled: Promise<void>;
}

export class Waiting {
  readonly records: number;
  readonly bytes: number;
  readonly arrivedMs = performance.now();
  readonly #durable = Promise.withResolvers<Durable>();
  readonly #settled = Promise.withResolvers<void>();
  #entry: Entry | undefined;
  #journaled: Journaled | undefined;
  /** Records that the store does not have yet. */
  #left: number;

  constructor({ records, bytes, entry }: Submission, journaled?: Journaled) {
    this.records = records;
    this.bytes = bytes;
    this.#entry = entry;
    this.#journaled = journaled;
    this.#left = records;
  }

  get durable(): Promise<Durable> {
    return this.#durable.promise;
  }

  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** Whether the store must take it in the end. */
  get isJournaled(): boolean {
    return this.#journaled !== undefined;
  }

  /** Acknowledges it by the journal, where that has room. */
  writeAhead(journal: Journal): void {
    if (this.#journaled || this.#entry === undefined || !journal.hasRoom(this.records)) return;
    const journaled = journal.write(this.#entry);
    this.#journaled = journaled;
    journaled.written.then(
      () => {
        this.#entry = undefined;
        this.#acknowledge();
      },
      () => {
        // What the store says of it counts.
        this.#journaled = undefined;
      },
    );
  }

  /** The store has so many of its records. */
  stored(records: number): void {
    this.#left -= records;
    if (this.#left > 0) return;
    this.#journaled?.done();
    this.#settled.resolve();
    this.#acknowledge();
  }

  /** The store has not taken it; a sender that still waits is told so. */
  refused(error: unknown): void {
    this.#settled.resolve();
    if (!this.#journaled) this.#durable.reject(error);
  }

  #acknowledge(): void {
    this.#durable.resolve({ settled: this.#settled.promise });
  }
}

/** What of a request goes into one transaction. */
export interface Piece {
  waiting: Waiting;
  request: WriteRequest;
  records: number;
}

/** Cuts a piece of spans so that the first of both has `records`, fewer than it has. */
export function cut({ waiting, request, records: all }: Piece, records: number): [Piece, Piece] {
  const { spans } = request;
  if (spans === undefined) throw new TypeError("Only spans can be cut");
  let row = 0;
  for (let accepted = 0; accepted < records; row++) if (!spans.refused.has(row)) accepted++;
  const [first, rest] = spans.split(row);
  return [
    { waiting, request: { spans: first, logs: request.logs }, records },
    { waiting, request: { spans: rest, logs: [] }, records: all - records },
  ];
}

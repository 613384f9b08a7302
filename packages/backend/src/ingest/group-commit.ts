// Queues requests for the store, which writes one transaction at a time: whatever arrives during a transaction shares
// the next one and its sync to disk. A request is answered when it is on disk: mostly after its commit. Where the store
// is busy for longer, with a checkpoint say, it is written into the journal, answered, and stored as soon as that can be.
// While much is arriving, as many spans as the store takes best at once are gathered first.

import { othersTurn, pause } from "../pause.ts";
import type { Store, WriteResult } from "../store/store.ts";
import { Arrivals } from "./arrivals.ts";
import { BusyError } from "./busy-error.ts";
import type { Journal, Journaled } from "./journal.ts";
import { cut, type Durable, type Piece, type Submission, Waiting } from "./waiting.ts";

/** Records that share a transaction: beyond some thousands it gets no cheaper per record, only later. */
const GROUP_RECORDS = 8192;

/** When a transaction takes longer, who waits for it or behind it goes into the journal. */
const PATIENCE_MS = 20;

/** A bulk is gathered where it takes no longer; at most so much later its spans are found. */
const GATHERING_SECONDS = 3;

/** How often it is looked whether still as much arrives. */
const LOOK_MS = 100;

/** Where as much arrives each second, nobody who reads waits for what is in the journal alone. */
const HEAVY_RECORDS = 5_000;

/** Of a bulk at most, before it is decoded: the store has it in memory until the commit. */
const BULK_BYTES = 100_000_000;

/** Beyond either, senders are told to come back. */
const WAITING_RECORDS = 400_000;
const WAITING_BYTES = 256 * 1024 * 1024;

/** A store that is away is asked again after this long for what it must take. */
const RETRY_MS = 500;

interface Outcome {
  /** What the store has not taken, although it was acknowledged. */
  owed: readonly Piece[];
  someStored: boolean;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #onCommitted: (result: WriteResult) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #queue: Piece[] = [];
  /** In the transaction under way. */
  #underWay: readonly Piece[] = [];
  /** In the queue and in the transaction under way. */
  #waitingRecords = 0;
  #waitingBytes = 0;
  /** In the queue. */
  #queuedRecords = 0;
  /** Nobody is to wait for a commit now. */
  #isLate = false;
  readonly #arrivals = new Arrivals();
  /** How many wait until all is stored. */
  #hurrying = 0;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  /**
   * `onCommitted` is called after each transaction, before those are answered who wait for it; it must not throw. `onFault` is told
   * of what was acknowledged and cannot be stored: it stays in the journal, for the next start.
   */
  constructor(
    store: Store,
    journal: Journal,
    onCommitted: (result: WriteResult) => void,
    onFault: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#journal = journal;
    this.#onCommitted = onCommitted;
    this.#onFault = onFault;
  }

  /**
   * Resolves when the request is durable.
   *
   * @throws BusyError when too much is waiting; StoreUnavailableError when it was not stored, as the store is away.
   */
  submit(submission: Submission): Promise<Durable> {
    const { records, bytes } = submission;
    if (this.#waitingRecords + records > WAITING_RECORDS || this.#waitingBytes + bytes > WAITING_BYTES) {
      if (this.#queue.length > 0) {
        return Promise.reject(new BusyError("More is arriving than the disk takes; send it again later."));
      }
    }
    const waiting = this.#enqueue(submission);
    if (this.#isLate) waiting.writeAhead(this.#journal);
    return waiting.durable;
  }

  /** Stores what is in the journal already. Resolves when the store has it, or could not take it for now. */
  recall(submission: Submission, journaled: Journaled): Promise<void> {
    return this.#enqueue(submission, journaled).settled;
  }

  /** What waits for the store. */
  get waiting(): { records: number; bytes: number } {
    return { records: this.#waitingRecords, bytes: this.#waitingBytes };
  }

  /**
   * Resolves when what has been acknowledged so far can be found in the store, or the store could not take it for now; at
   * once while much is arriving.
   */
  async caughtUp(): Promise<void> {
    const pieces = [...this.#underWay, ...this.#queue].filter(({ waiting }) => waiting.isJournaled);
    if (pieces.length === 0 || this.#arrivals.perSecond(performance.now()) >= HEAVY_RECORDS) return;
    await Promise.all(pieces.map(({ waiting }) => waiting.settled));
  }

  /** Resolves when the store has what is waiting, or could not take it for now, however much arrives. */
  async flush(): Promise<void> {
    this.#hurrying++;
    await Promise.all([...this.#underWay, ...this.#queue].map(({ waiting }) => waiting.settled));
    this.#hurrying--;
  }

  /** Resolves when nothing is waiting any more; what the store does not take stays in the journal. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#running) await this.#running;
  }

  #enqueue(submission: Submission, journaled?: Journaled): Waiting {
    const { request, records, bytes } = submission;
    const waiting = new Waiting(submission, journaled);
    this.#waitingRecords += records;
    this.#waitingBytes += bytes;
    this.#queuedRecords += records;
    this.#arrivals.add(records, waiting.arrivedMs);
    this.#queue.push({ waiting, request, records });
    this.#running ??= this.#run();
    return waiting;
  }

  async #run(): Promise<void> {
    // One turn later, so that requests that arrive together are written together.
    await othersTurn();
    while (this.#queue.length > 0) {
      await this.#gather();
      const group = this.#nextGroup();
      this.#underWay = group;
      const patience = setTimeout(() => this.#beLate(), PATIENCE_MS);
      const outcome = await this.#commit(group);
      clearTimeout(patience);
      this.#isLate = false;
      this.#underWay = [];
      await this.#retain(outcome);
    }
    this.#running = undefined;
  }

  /** While much is arriving, waits until the store takes it at a bulk's price. */
  async #gather(): Promise<void> {
    const bulk = this.#store.bulkSpans;
    while (this.#queuedRecords < bulk && this.#waitingBytes <= BULK_BYTES) {
      if (this.#arrivals.perSecond(performance.now()) < bulk / GATHERING_SECONDS) return;
      if (this.#hurrying > 0) return;
      this.#beLate();
      await pause(LOOK_MS, this.#closing.signal);
    }
  }

  #beLate(): void {
    this.#isLate = true;
    for (const { waiting } of [...this.#underWay, ...this.#queue]) waiting.writeAhead(this.#journal);
  }

  #nextGroup(): Piece[] {
    const bulk = this.#store.bulkSpans;
    const isBulk = this.#queuedRecords >= bulk && this.#waitingBytes <= BULK_BYTES;
    const group = isBulk ? this.#bulk(bulk) : this.#someRecords();
    for (const { records } of group) this.#queuedRecords -= records;
    return group;
  }

  #someRecords(): Piece[] {
    let records = 0;
    let count = 0;
    for (const piece of this.#queue) {
      if (count > 0 && records + piece.records > GROUP_RECORDS) break;
      records += piece.records;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  /** So many spans exactly, where there are as many, and the logs between them. */
  #bulk(spans: number): Piece[] {
    const group: Piece[] = [];
    for (let missing = spans; missing > 0; ) {
      const piece = this.#queue.shift();
      if (piece === undefined) break;
      if (piece.request.spans === undefined || piece.records <= missing) {
        group.push(piece);
        if (piece.request.spans !== undefined) missing -= piece.records;
        continue;
      }
      const [fitting, rest] = cut(piece, missing);
      group.push(fitting);
      this.#queue.unshift(rest);
      break;
    }
    return group;
  }

  async #commit(group: readonly Piece[]): Promise<Outcome> {
    try {
      this.#onCommitted(await this.#store.write(group.map(({ request }) => request)));
    } catch (error) {
      // One request that cannot be stored must not take its neighbours along.
      if (group.length > 1) return this.#commitEach(group);
      const [piece] = group as [Piece];
      piece.waiting.refused(error);
      if (piece.waiting.isJournaled) return { owed: [piece], someStored: false };
      this.#forget(piece);
      return { owed: [], someStored: false };
    }
    for (const piece of group) {
      this.#forget(piece);
      piece.waiting.stored(piece.records);
    }
    return { owed: [], someStored: true };
  }

  async #commitEach(group: readonly Piece[]): Promise<Outcome> {
    const owed: Piece[] = [];
    let someStored = false;
    for (const piece of group) {
      const outcome = await this.#commit([piece]);
      owed.push(...outcome.owed);
      someStored ||= outcome.someStored;
    }
    return { owed, someStored };
  }

  /** Where the store took others it is the requests' fault, else the store is away. */
  async #retain({ owed, someStored }: Outcome): Promise<void> {
    if (owed.length === 0) return;
    if (!someStored && !this.#closing.signal.aborted) {
      this.#queue.unshift(...owed);
      for (const { records } of owed) this.#queuedRecords += records;
      await pause(RETRY_MS, this.#closing.signal);
      return;
    }
    for (const piece of owed) this.#forget(piece);
    this.#onFault(
      new Error(
        `${owed.length} acknowledged requests could not be stored; they stay in the journal until the next start.`,
      ),
    );
  }

  #forget({ waiting, records }: Piece): void {
    this.#waitingRecords -= records;
    this.#waitingBytes -= (waiting.bytes * records) / waiting.records;
  }
}

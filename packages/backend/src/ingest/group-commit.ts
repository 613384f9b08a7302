// Queues requests for the store, which writes one transaction at a time: whatever arrives during a transaction shares
// the next one and its sync to disk. A request is answered only after its commit.

import { type Store, StoreUnavailableError, type WriteRequest, type WriteResult } from "../store/store.ts";

/** Records that share a transaction: beyond some thousands it gets no cheaper per record, only later. */
const GROUP_RECORDS = 8192;

/** Beyond either, senders are told to come back; about a second of work at full rate. */
const WAITING_RECORDS = 200_000;
const WAITING_BYTES = 256 * 1024 * 1024;

/** More is waiting for the disk than shall be held in memory. */
export class BusyError extends StoreUnavailableError {}

interface Waiting {
  request: WriteRequest;
  records: number;
  bytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class GroupCommit {
  readonly #store: Store;
  readonly #onCommitted: (result: WriteResult) => void;
  readonly #queue: Waiting[] = [];
  #waitingRecords = 0;
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  /** `onCommitted` is called after each transaction, before its requests are answered; it must not throw. */
  constructor(store: Store, onCommitted: (result: WriteResult) => void) {
    this.#store = store;
    this.#onCommitted = onCommitted;
  }

  /**
   * Resolves when `request` is durable. `bytes` is the size of what it was decoded from.
   *
   * @throws BusyError when too much is waiting; StoreUnavailableError when it was not stored, as the store is away.
   */
  submit(request: WriteRequest, records: number, bytes: number): Promise<void> {
    if (this.#waitingRecords + records > WAITING_RECORDS || this.#waitingBytes + bytes > WAITING_BYTES) {
      if (this.#queue.length > 0) {
        return Promise.reject(new BusyError("More is arriving than the disk takes; send it again later."));
      }
    }
    this.#waitingRecords += records;
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, records, bytes, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** What waits for the disk. */
  get waiting(): { records: number; bytes: number } {
    return { records: this.#waitingRecords, bytes: this.#waitingBytes };
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // One turn later, so that requests that arrive together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) await this.#commit(this.#nextGroup());
    this.#running = undefined;
  }

  #nextGroup(): Waiting[] {
    let records = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && records + waiting.records > GROUP_RECORDS) break;
      records += waiting.records;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(group: Waiting[]): Promise<void> {
    try {
      const result = await this.#store.write(group.map(({ request }) => request));
      this.#onCommitted(result);
      for (const { resolve } of group) resolve();
    } catch (error) {
      // One request that cannot be stored must not take its neighbours along.
      if (group.length > 1) {
        for (const waiting of group) await this.#commit([waiting]);
        return;
      }
      for (const { reject } of group) reject(error);
    }
    for (const { records, bytes } of group) {
      this.#waitingRecords -= records;
      this.#waitingBytes -= bytes;
    }
  }
}

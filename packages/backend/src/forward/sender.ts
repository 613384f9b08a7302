// Empties one destination's queue: batch after batch, each until its fate is clear. A destination that is away is asked
// again ever more rarely; nobody else waits for it.

import { join } from "node:path";
import { pause } from "../pause.ts";
import { DiskQueue } from "../queue/disk-queue.ts";
import { bodyOf, type Entry, entryOf, halves, storedEntry } from "../queue/entry.ts";
import { deliver, type Outcome } from "./delivery.ts";
import type { Destination, ForwardSignal } from "./destination.ts";

/** Of what is sent at once, before compression: receivers' limits begin at 4 MiB. */
const BATCH_BYTES = 2 * 1024 * 1024;

/** Requests that come within it travel together. */
const GATHER_MS = 100;

/** After `close`, how long one that answers may go on taking what waits. */
const CLOSE_GRACE_MS = 2_000;

/** In a row, before a destination is said to be away. */
const FAILURES_TO_TELL = 2;

export interface RetryOptions {
  /** The wait after a first failure; it doubles with each. Default: 1,000. */
  firstMs?: number;
  /** The longest wait, unless the destination asks for a longer one. Default: 60,000. */
  maxMs?: number;
}

export interface SenderOptions {
  retry: RetryOptions;
  warn: (message: string) => void;
  /** Whether an address is this very server's: what is sent there would come back for ever. */
  isSelf: (url: string) => boolean;
}

/** Spans and logs since the start, and what happened last. */
export interface SenderStatus {
  waitingBytes: number;
  sent: number;
  /** Sent, and not wanted by the destination (partial success). */
  rejected: number;
  /** Given up, since the destination will never take them. */
  refused: number;
  /** Given up, since the queue was full. */
  dropped: number;
  lastSentMs?: number;
  lastFailureMs?: number;
  lastFailure?: string;
}

export class Sender {
  destination: Destination;
  readonly #queue: DiskQueue;
  readonly #warn: (message: string) => void;
  readonly #isSelf: (url: string) => boolean;
  readonly #retry: Required<RetryOptions>;
  readonly #status = { sent: 0, rejected: 0, refused: 0, dropped: 0 } as SenderStatus;
  /** What has been warned of already: an outage until it is over, the rest once. */
  readonly #told = new Set<string>();
  /** Aborted when nothing shall be waited for any more; requests may end. */
  readonly #stopping = new AbortController();
  /** Aborted when requests shall end too. */
  readonly #stopped = new AbortController();
  /** Aborted when the destination has become another. */
  #updated = new AbortController();
  readonly #running: Promise<void>;
  #wake = Promise.withResolvers<void>();
  #failures = 0;

  constructor(destination: Destination, directory: string, { retry, warn, isSelf }: SenderOptions) {
    this.destination = destination;
    this.#warn = warn;
    this.#isSelf = isSelf;
    this.#retry = { firstMs: retry.firstMs ?? 1_000, maxMs: retry.maxMs ?? 60_000 };
    this.#queue = DiskQueue.open(directory, {
      maxBytes: destination.maxQueueBytes,
      whenFull: "drop-oldest",
      onDropped: (records) => this.#dropped(records),
      onAppended: () => this.#wake.resolve(),
    });
    this.#running = this.#run();
  }

  get status(): SenderStatus {
    return { ...this.#status, waitingBytes: this.#queue.waitingBytes };
  }

  /** Resolves when the entry is on disk. @throws QueueFullError, or Node's error when the disk does not take it. */
  async append(entry: Entry): Promise<void> {
    await this.#queue.append(storedEntry(entry));
  }

  /** Takes over another address, other headers; what waits goes there, at once. */
  update(destination: Destination): void {
    this.destination = destination;
    this.#failures = 0;
    this.#wake.resolve();
    this.#updated.abort();
    this.#updated = new AbortController();
  }

  /** Sends what it can within a short grace; the rest stays on disk. Without grace requests under way are cut off. */
  async close(graceMs = CLOSE_GRACE_MS): Promise<void> {
    this.#stopping.abort();
    this.#wake.resolve();
    const timer = setTimeout(() => this.#stopped.abort(), graceMs);
    await this.#running;
    clearTimeout(timer);
    await this.#queue.close();
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#wake = Promise.withResolvers();
      const isIdle = !this.destination.enabled || (await this.#sendNext()) === "nothing";
      if (this.#isStopping && (isIdle || this.#failures > 0 || this.#stopped.signal.aborted)) return;
      if (isIdle) {
        await this.#wake.promise;
        if (!this.#isStopping) await pause(GATHER_MS, this.#stopping.signal);
      }
    }
  }

  async #sendNext(): Promise<"nothing" | "something"> {
    const read = await this.#queue.read(BATCH_BYTES).catch((error: Error) => {
      this.#failed({ kind: "later", reason: `its queue cannot be read: ${error.message}`, afterMs: 0 });
      return undefined;
    });
    if (read === undefined) {
      await this.#rest(0);
      return "something";
    }
    if (read.records.length === 0) return "nothing";
    const { segment } = this.#queue.cursor;
    // Where the queue drops its oldest meanwhile, the batch is not tried on.
    const isCurrent = () => this.destination.enabled && this.#queue.cursor.segment === segment;
    const entries = read.records.map(entryOf);
    for (const signal of ["traces", "logs"] as const) {
      const ofSignal = entries.filter((entry) => entry.signal === signal);
      if (ofSignal.length > 0 && !(await this.#send(signal, ofSignal, isCurrent))) return "something";
    }
    await this.#queue.advance(read.next);
    return "something";
  }

  /** Whether the fate of all entries is clear. */
  async #send(signal: ForwardSignal, entries: readonly Entry[], isCurrent: () => boolean): Promise<boolean> {
    const records = entries.reduce((sum, entry) => sum + entry.records, 0);
    for (;;) {
      const outcome = await this.#attempt(signal, entries);
      if (outcome.kind === "delivered") {
        this.#delivered(records, outcome);
        return true;
      }
      if (outcome.kind === "refused") {
        this.#refused(records, outcome.reason);
        return true;
      }
      if (outcome.kind === "too_large") {
        const parts = halves(entries);
        if (parts !== undefined) {
          for (const part of parts) if (!(await this.#send(signal, part, isCurrent))) return false;
          return true;
        }
        this.#refused(records, outcome.reason);
        return true;
      }
      this.#failed(outcome);
      if (this.#isStopping) return false;
      await this.#rest(outcome.afterMs);
      if (this.#isStopping || !isCurrent()) return false;
    }
  }

  async #attempt(signal: ForwardSignal, entries: readonly Entry[]): Promise<Outcome> {
    const { destination } = this;
    if (this.#isSelf(destination.urls[signal] ?? "")) {
      return { kind: "later", reason: "its address is this server's own", afterMs: 0 };
    }
    let body: Uint8Array;
    try {
      body = bodyOf(entries, destination.encoding);
    } catch (error) {
      // Never seen: what waits was read once already. It must not stand in the way of the rest.
      return { kind: "refused", reason: `cannot be encoded: ${(error as Error).message}` };
    }
    return deliver(destination, signal, body, this.#stopped.signal);
  }

  #delivered(records: number, { rejected, message }: Outcome & { kind: "delivered" }): void {
    const status = this.#status;
    status.sent += records;
    status.rejected += Math.min(rejected, records);
    status.lastSentMs = Date.now();
    this.#failures = 0;
    this.#told.delete("outage");
    if (rejected > 0) {
      this.#tell(
        "rejected",
        `has rejected ${rejected} of ${records} records for good: ${message || "it says no reason"}.`,
      );
    }
  }

  #refused(records: number, reason: string): void {
    this.#status.refused += records;
    this.#noteFailure(reason);
    this.#failures = 0;
    this.#told.delete("outage");
    this.#tell(
      "refused",
      `refuses ${records} records for good (${reason}). They are dropped, and others like them.`,
    );
  }

  #dropped(stored: readonly Uint8Array[]): void {
    this.#status.dropped += stored.reduce((sum, record) => sum + entryOf(record).records, 0);
    const { maxQueueBytes } = this.destination;
    this.#tell(
      "dropped",
      `has its queue full (${maxQueueBytes} bytes): the oldest records in it are dropped.`,
    );
  }

  #failed({ reason }: Outcome & { kind: "later" }): void {
    if (this.#stopped.signal.aborted) return;
    this.#failures++;
    this.#noteFailure(reason);
    // A connection that has just been closed is no outage.
    if (this.#failures < FAILURES_TO_TELL) return;
    this.#tell(
      "outage",
      `takes nothing at the moment (${reason}). Its telemetry waits on disk and is sent again.`,
    );
  }

  #noteFailure(reason: string): void {
    this.#status.lastFailure = reason;
    this.#status.lastFailureMs = Date.now();
  }

  #tell(kind: string, what: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#warn(`Destination ${this.destination.name} ${what}`);
  }

  /** Until the next attempt, or until the destination is another one. */
  async #rest(afterMs: number): Promise<void> {
    const { firstMs, maxMs } = this.#retry;
    const backoff = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures - 1, 30));
    // Senders that failed together shall not come back together.
    const ms = Math.max(afterMs, backoff * (0.5 + Math.random() / 2));
    await pause(ms, AbortSignal.any([this.#stopping.signal, this.#updated.signal]));
  }
}

/** Where the queue of a destination lies. */
export const queueDirectory = (dataDir: string, slug: string): string => join(dataDir, "forward", slug);

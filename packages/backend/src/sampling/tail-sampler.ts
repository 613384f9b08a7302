// Tail sampling: traces wait in a queue on disk, and are decided when their first span has waited long enough. In memory
// there are a few facts of each, never its spans. What is kept goes on as if it had just arrived, with the rate in its
// trace state; spans that come after the decision follow it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SpanTable } from "@enterspan/otlp";
import type { Intake, Received, Sampler } from "../ingest/intake.ts";
import { pause } from "../pause.ts";
import { DiskQueue, type Position, QueueFullError } from "../queue/disk-queue.ts";
import { type Entry, storedEntry } from "../queue/entry.ts";
import { StoreUnavailableError } from "../store/store.ts";
import { arrivalNow, arrivalOf } from "./arrival.ts";
import { Decisions } from "./decisions.ts";
import { acceptedRows, type Due, dueOf, thin } from "./due.ts";
import { LogSampler, logQueueIn } from "./log-sampler.ts";
import { type Facts, Policy, type SamplingSettings } from "./policy.ts";

/** What may wait for its decision on disk; beyond it senders are told to come back. */
const QUEUE_BYTES = 2_000_000_000;

/** Read at once: what is due of it is stored together. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** The store is asked again after this long when it is away. */
const RETRY_MS = 500;

export interface TailSamplerOptions {
  dataDir: string;
  settings: SamplingSettings;
  /** Where that goes which is kept. */
  intake: Pick<Intake, "keep">;
  /** Told of each request that was decided, once it is kept as far as it is. */
  onDecided: (signal: "traces" | "logs", kept: number, dropped: number) => void;
  warn: (message: string) => void;
  onFault: (error: unknown) => void;
}

export class TailSampler implements Sampler {
  readonly #options: TailSamplerOptions;
  readonly #policy: Policy;
  readonly #queue: DiskQueue;
  readonly #decisions: Decisions;
  /** Of traces that wait for their decision. */
  readonly #facts = new Map<string, Facts>();
  readonly #startedMs = Date.now();
  readonly #stopping = new AbortController();
  /** Aborted while more traces wait than may. */
  #hurry = new AbortController();
  #appended = Promise.withResolvers<void>();
  readonly #told = new Set<string>();
  #decided = Promise.withResolvers<void>();
  #logs: LogSampler | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: TailSamplerOptions, decisions: Decisions) {
    this.#options = options;
    this.#policy = new Policy(options.settings);
    this.#decisions = decisions;
    this.#queue = DiskQueue.open(queueIn(options.dataDir), {
      maxBytes: QUEUE_BYTES,
      whenFull: "refuse",
      onAppended: () => this.#appended.resolve(),
    });
  }

  /** Takes up what waited when the last process ended. */
  static async open(options: TailSamplerOptions): Promise<TailSampler> {
    const { dataDir, settings } = options;
    const decisions = await Decisions.open(join(dataDir, "sampling", "decisions"), settings.maxTraces);
    const sampler = new TailSampler(options, decisions);
    await sampler.#recall();
    sampler.#running = sampler.#run();
    if (!settings.keepLogs || existsSync(logQueueIn(dataDir))) sampler.#logs = sampler.#logSampler();
    return sampler;
  }

  /** Whether a sampler of before has left something that waits. */
  static hasLeft(dataDir: string): boolean {
    return existsSync(queueIn(dataDir));
  }

  async hold(received: Received): Promise<void> {
    const { signal, encoding, bytes, validated } = received;
    if (signal === "logs") {
      const { intake, settings } = this.#options;
      if (this.#logs === undefined || settings.keepLogs) await intake.keep(received);
      else await this.#logs.hold(received);
      return;
    }
    if (this.#facts.size > this.#options.settings.maxTraces * 2) {
      throw new QueueFullError(
        "More traces wait for their sampling decision than can be held; send it again later.",
      );
    }
    const entry: Entry = { signal: "traces", encoding, records: validated.accepted, body: bytes };
    await this.#queue.append([arrivalNow(), ...storedEntry(entry)]);
    // Before anything can be read of it, which takes a turn at least.
    this.#gather(validated.request.spans as SpanTable);
  }

  /** What waits stays on disk for the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#appended.resolve();
    this.#decided.resolve();
    await Promise.all([this.#running, this.#logs?.close()]);
    await this.#queue.close();
    await this.#decisions.close();
  }

  #logSampler(): LogSampler {
    return new LogSampler({
      dataDir: this.#options.dataDir,
      intake: this.#options.intake,
      onDecided: this.#options.onDecided,
      verdictOn: (traceId) => {
        if (this.#decisions.has(traceId)) return this.#decisions.thresholdOf(traceId) ?? "dropped";
        return this.#facts.has(traceId) ? "waiting" : "none";
      },
      nextDecision: () => this.#decided.promise,
      untilDue: (record) => pause(this.#dueInMs(record), this.#stopping.signal),
      isDue: (record) => this.#dueInMs(record) === 0,
      insist: (step) => this.#insist(step),
      stopping: this.#stopping.signal,
    });
  }

  async #recall(): Promise<void> {
    let from = this.#queue.cursor;
    for (;;) {
      const { records, next } = await this.#queue.read(BATCH_BYTES, from);
      if (records.length === 0) return;
      for (const record of records) this.#gather(dueOf(record).table);
      from = next;
    }
  }

  #gather(table: SpanTable): void {
    const origins = this.#policy.keepingOrigins(table);
    for (const [row, traceId] of acceptedRows(table)) {
      if (!this.#decisions.has(traceId))
        this.#policy.add(this.#factsOf(traceId, table, row), table, row, origins);
    }
    if (!this.#isPressed || this.#hurry.signal.aborted) return;
    this.#hurry.abort();
    const { maxTraces } = this.#options.settings;
    this.#tell(
      "pressed",
      `More than ${maxTraces} traces wait for their sampling decision: the oldest are decided early.`,
    );
  }

  #factsOf(traceId: string, table: SpanTable, row: number): Facts {
    let facts = this.#facts.get(traceId);
    if (facts === undefined) {
      facts = this.#policy.newFacts(traceId, table, row);
      this.#facts.set(traceId, facts);
    }
    return facts;
  }

  get #isPressed(): boolean {
    return this.#facts.size > this.#options.settings.maxTraces;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#appended = Promise.withResolvers();
      const { records, ends } = await this.#queue.read(BATCH_BYTES);
      if (records.length === 0) await this.#appended.promise;
      for (let from = 0; from < records.length; ) {
        await this.#untilDue(records[from] as Uint8Array);
        if (this.#isStopping) return;
        let to = from + 1;
        while (to < records.length && (this.#isPressed || this.#dueInMs(records[to] as Uint8Array) === 0))
          to++;
        if (!(await this.#settle(records.slice(from, to).map(dueOf)))) return;
        await this.#queue.advance(ends[to - 1] as Position);
        from = to;
      }
    }
  }

  async #untilDue(record: Uint8Array): Promise<void> {
    if (!this.#isPressed && this.#hurry.signal.aborted) this.#hurry = new AbortController();
    await pause(this.#dueInMs(record), AbortSignal.any([this.#stopping.signal, this.#hurry.signal]));
  }

  /** After a start senders first send again what they have: it is waited for as if all had just arrived. */
  #dueInMs(record: Uint8Array): number {
    const waitMs = this.#options.settings.waitSeconds * 1000;
    const arrivedMs = Math.max(this.#startedMs, arrivalOf(record));
    // The clock may have been set back.
    return Math.max(0, Math.min(waitMs, arrivedMs + waitMs - Date.now()));
  }

  /** False when it was given up, as the sampler stops. */
  async #settle(due: readonly Due[]): Promise<boolean> {
    const thresholds = new Map<string, bigint | undefined>();
    const decided: Array<[string, bigint | undefined]> = [];
    for (const { table } of due) {
      const origins = this.#policy.keepingOrigins(table);
      for (const [row, traceId] of acceptedRows(table)) {
        if (thresholds.has(traceId)) continue;
        if (this.#decisions.has(traceId)) {
          thresholds.set(traceId, this.#decisions.thresholdOf(traceId));
          continue;
        }
        const known = this.#facts.get(traceId);
        const facts = known ?? this.#policy.newFacts(traceId, table, row);
        // Its decision was so long ago that it is forgotten: this span stands for the trace.
        if (known === undefined) this.#policy.add(facts, table, row, origins);
        this.#facts.delete(traceId);
        const threshold = this.#policy.decide(facts);
        thresholds.set(traceId, threshold);
        decided.push([traceId, threshold]);
      }
    }
    const keep = due.flatMap((request) => this.#keeping(request, thresholds) ?? []);
    // First the decisions: after a crash in between they are the same.
    if (!(await this.#insist(() => this.#decisions.add(decided)))) return false;
    this.#decided.resolve();
    this.#decided = Promise.withResolvers();
    return (await Promise.all(keep.map((step) => this.#insist(step)))).every(Boolean);
  }

  /** How to keep what is kept of a request, if anything is. */
  #keeping(due: Due, thresholds: ReadonlyMap<string, bigint | undefined>) {
    const { onDecided, intake } = this.#options;
    const { kept, dropped } = thin(due, thresholds);
    if (kept === undefined) {
      onDecided("traces", 0, dropped);
      return undefined;
    }
    return async () => {
      await intake.keep(kept.received, kept.pick);
      onDecided("traces", kept.received.validated.accepted, dropped);
    };
  }

  /** Tries for as long as the store is away; false when it was given up, as the sampler stops. */
  async #insist(step: () => Promise<unknown>): Promise<boolean> {
    for (;;) {
      try {
        await step();
        return true;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) {
          // A fault of ours must not stand in the way of all others.
          this.#options.onFault(error);
          return true;
        }
        this.#tell("away", `Sampled traces cannot be stored and wait: ${error.message}`);
        await pause(RETRY_MS, this.#stopping.signal);
        if (this.#isStopping) return false;
      }
    }
  }

  #tell(kind: string, message: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#options.warn(message);
  }
}

const queueIn = (dataDir: string) => join(dataDir, "sampling", "queue");

// Logs of traces that tail sampling decides go with their trace: they wait in a queue of their own, and for the decision
// where spans of their trace wait for it. Logs without a trace, or of one that no span has come of by then, are kept.

import { join } from "node:path";
import { decodeLogsJson, decodeLogsProtobuf, type LogRecord } from "@enterspan/otlp";
import type { Intake, Received } from "../ingest/intake.ts";
import { faultOfLog, type Validated, validateLogs } from "../ingest/validate.ts";
import { DiskQueue, type Position } from "../queue/disk-queue.ts";
import { type Entry, entryOf, type PickRecord, storedEntry } from "../queue/entry.ts";
import type { LogGroup } from "../store/store.ts";
import { ARRIVAL_BYTES, arrivalNow } from "./arrival.ts";
import { logWithThreshold } from "./threshold.ts";

/** Logs that wait on disk; beyond it senders are told to come back. */
const QUEUE_BYTES = 1_000_000_000;

/** Read at once: what is due of it is stored together. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** A trace's threshold, if it is kept. `none`: no span of it was seen, or so long ago that it is forgotten. */
export type Verdict = bigint | "dropped" | "waiting" | "none";

export interface LogSamplerOptions {
  dataDir: string;
  /** Where that goes which is kept. */
  intake: Pick<Intake, "keep">;
  onDecided: (signal: "logs", kept: number, dropped: number) => void;
  verdictOn: (traceId: string) => Verdict;
  /** Resolves when some traces have been decided, or at the stop. */
  nextDecision: () => Promise<void>;
  /** How long until a record is due, by its arrival. */
  untilDue: (record: Uint8Array) => Promise<void>;
  isDue: (record: Uint8Array) => boolean;
  /** Tries for as long as the store is away; false at the stop. */
  insist: (step: () => Promise<unknown>) => Promise<boolean>;
  stopping: AbortSignal;
}

/** A request whose time has come. */
interface Due {
  entry: Entry;
  groups: readonly LogGroup[];
}

export class LogSampler {
  readonly #options: LogSamplerOptions;
  readonly #queue: DiskQueue;
  #appended = Promise.withResolvers<void>();
  readonly #running: Promise<void>;

  constructor(options: LogSamplerOptions) {
    this.#options = options;
    this.#queue = DiskQueue.open(logQueueIn(options.dataDir), {
      maxBytes: QUEUE_BYTES,
      whenFull: "refuse",
      onAppended: () => this.#appended.resolve(),
    });
    options.stopping.addEventListener("abort", () => this.#appended.resolve());
    this.#running = this.#run();
  }

  /** Keeps logs without a trace at once. Resolves when all of the request is on disk. */
  async hold(received: Received): Promise<void> {
    const { encoding, bytes, validated } = received;
    const { logs } = validated.request;
    if (!logs.some((group) => group.logs.some(isTraced))) {
      await this.#options.intake.keep(received);
      return;
    }
    await this.#keep({ signal: "logs", encoding, records: validated.accepted, body: bytes }, logs, (log) =>
      isTraced(log) ? undefined : log,
    );
    const entry: Entry = { signal: "logs", encoding, records: validated.accepted, body: bytes };
    await this.#queue.append([arrivalNow(), ...storedEntry(entry)]);
  }

  /** Call once the stop has begun. What waits stays on disk for the next start. */
  async close(): Promise<void> {
    await this.#running;
    await this.#queue.close();
  }

  async #run(): Promise<void> {
    const { stopping, untilDue, isDue, insist } = this.#options;
    while (!stopping.aborted) {
      this.#appended = Promise.withResolvers();
      const { records, ends } = await this.#queue.read(BATCH_BYTES);
      if (records.length === 0) await this.#appended.promise;
      for (let from = 0; from < records.length; ) {
        await untilDue(records[from] as Uint8Array);
        const first = dueOf(records[from] as Uint8Array);
        await this.#untilDecided(first);
        if (stopping.aborted) return;
        const due = [first];
        for (const record of records.slice(from + 1)) {
          const next = isDue(record) ? dueOf(record) : undefined;
          if (next === undefined || this.#waits(next)) break;
          due.push(next);
        }
        const kept = await Promise.all(due.map((one) => insist(() => this.#keepDecided(one))));
        if (!kept.every(Boolean)) return;
        from += due.length;
        await this.#queue.advance(ends[from - 1] as Position);
      }
    }
  }

  async #untilDecided(due: Due): Promise<void> {
    while (this.#waits(due) && !this.#options.stopping.aborted) await this.#options.nextDecision();
  }

  #waits({ groups }: Due): boolean {
    return groups.some(({ logs }) => logs.some((log) => this.#verdictOn(log) === "waiting"));
  }

  #verdictOn(log: LogRecord): Verdict {
    return isTraced(log) ? this.#options.verdictOn(log.traceId) : "none";
  }

  async #keepDecided({ entry, groups }: Due): Promise<void> {
    const kept = await this.#keep(entry, groups, (log) => {
      // The others were kept when they came.
      if (!isTraced(log)) return undefined;
      const verdict = this.#verdictOn(log);
      if (verdict === "dropped") return undefined;
      return typeof verdict === "bigint" ? logWithThreshold(log, verdict) : log;
    });
    const traced = groups.reduce((sum, { logs }) => sum + logs.filter(isTraced).length, 0);
    this.#options.onDecided("logs", kept, traced - kept);
  }

  /** Resolves with how many are kept. */
  async #keep(
    entry: Entry,
    groups: readonly LogGroup[],
    keptOf: (log: LogRecord) => LogRecord | undefined,
  ): Promise<number> {
    const logs = groups.flatMap((group): LogGroup[] => {
      const kept = group.logs.flatMap((log) => keptOf(log) ?? []);
      return kept.length > 0 ? [{ ...group, logs: kept }] : [];
    });
    if (logs.length === 0) return 0;
    const accepted = logs.reduce((sum, group) => sum + group.logs.length, 0);
    const validated: Validated = { request: { logs }, accepted };
    const { encoding, body } = entry;
    const pick: PickRecord = (record) =>
      "traceState" in record || faultOfLog(record) !== undefined
        ? undefined
        : (keptOf(record) as typeof record | undefined);
    await this.#options.intake.keep({ signal: "logs", encoding, bytes: body, validated }, pick);
    return accepted;
  }
}

export const logQueueIn = (dataDir: string) => join(dataDir, "sampling", "logs");

/** An id of zeros is none. */
const isTraced = ({ traceId }: LogRecord): boolean => /[^0]/.test(traceId);

/** Read as it was when it was accepted, without what was refused. */
function dueOf(record: Uint8Array): Due {
  const entry = entryOf(record.subarray(ARRIVAL_BYTES));
  const decode = entry.encoding === "json" ? decodeLogsJson : decodeLogsProtobuf;
  return { entry, groups: validateLogs(decode(entry.body)).request.logs };
}

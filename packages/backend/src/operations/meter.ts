// What this server counts of itself, and where: telemetry as it is taken, the store as it is called, the process as it is.

import { statSync } from "node:fs";
import { join } from "node:path";
import { memoryUsage } from "node:process";
import type { SpanTable } from "@enterspan/otlp";
import type { Forwarding } from "../forward/forwarder.ts";
import { DATABASE_FILE } from "../store/duckdb/open.ts";
import type { Store, WriteRequest, WriteResult } from "../store/store.ts";
import { Counter, exposition, Gauge, Histogram } from "./metrics.ts";

/** What becomes of a record that is to go on. */
const FATES = ["sent", "rejected", "refused", "dropped"] as const;

export interface Queue {
  readonly records: number;
  readonly bytes: number;
}

export class Meter {
  readonly #accepted = new Counter("Records that were acknowledged, also those that were stored before.");
  readonly #refused = new Counter("Records that were refused one by one.");
  readonly #duplicates = new Counter("Records that were acknowledged and ignored, being stored already.");
  readonly #refusedRequests = new Counter(
    "Requests that were refused as a whole, by the HTTP status that says why.",
  );
  readonly #bytes = new Counter("Bytes of telemetry, decompressed.");
  readonly #sampled = new Counter("Records that tail sampling has decided, by what became of them.");
  readonly #commits = new Histogram("Time of a transaction, its sync to disk included.");
  readonly #failedCommits = new Counter("Transactions that failed; their senders were told.");
  readonly #queries = new Histogram(
    "Time of a call to the store other than writing, waiting for its turn included.",
  );
  readonly #failedQueries = new Counter("Calls to the store that failed.");
  readonly #responses = new Counter("HTTP responses by family of routes and status.");
  readonly #dataDir: string;
  readonly #queue: () => Queue;
  #destinations: () => Forwarding[] = () => [];

  constructor(dataDir: string, queue: () => Queue) {
    this.#dataDir = dataDir;
    this.#queue = queue;
  }

  /** From now on tells of destinations too, which `list` knows. */
  tellOf(list: () => Forwarding[]): void {
    this.#destinations = list;
  }

  /** A request of OTLP that was acknowledged. */
  received(signal: string, accepted: number, refused: number, bytes: number): void {
    this.#accepted.add(accepted, { signal });
    this.#refused.add(refused, { signal });
    this.#bytes.add(bytes, { signal });
  }

  /** A request of OTLP that was refused as a whole. */
  refusedRequest(signal: string, status: number): void {
    this.#refusedRequests.add(1, { signal, status });
  }

  /** Records of a request whose traces were decided. */
  sampled(signal: string, kept: number, dropped: number): void {
    this.#sampled.add(kept, { signal, decision: "kept" });
    this.#sampled.add(dropped, { signal, decision: "dropped" });
  }

  responded(family: string, status: number): void {
    this.#responses.add(1, { family, status });
  }

  /** The same store, its calls counted and timed. */
  observed<T extends Store>(store: T): T {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        const call = member.bind(target);
        if (name === "write") return (requests: readonly WriteRequest[]) => this.#write(requests, call);
        if (name === "close" || name === "announce" || typeof name === "symbol") return call;
        return (...args: unknown[]) => this.#query(name, () => call(...args));
      },
    });
  }

  async #write(
    requests: readonly WriteRequest[],
    write: (requests: readonly WriteRequest[]) => Promise<WriteResult>,
  ): Promise<WriteResult> {
    const began = performance.now();
    try {
      const result = await write(requests);
      this.#commits.observe((performance.now() - began) / 1000);
      const offered = offeredIn(requests);
      this.#duplicates.add(offered.spans - result.spans, { signal: "traces" });
      this.#duplicates.add(offered.logs - result.logs, { signal: "logs" });
      return result;
    } catch (error) {
      this.#failedCommits.add(1);
      throw error;
    }
  }

  async #query(query: string, ask: () => unknown): Promise<unknown> {
    const began = performance.now();
    try {
      return await ask();
    } catch (error) {
      this.#failedQueries.add(1, { query });
      throw error;
    } finally {
      this.#queries.observe((performance.now() - began) / 1000, { query });
    }
  }

  /** Everything in Prometheus' text format. */
  text(freeDiskBytes: number | undefined): string {
    const queue = this.#queue();
    const destinations = this.#destinations().map(({ slug, sender }) => ({ slug, status: sender.status }));
    const { rss, heapUsed, external } = memoryUsage();
    const one = (help: string, value: number | undefined, type?: "counter") =>
      new Gauge(help, () => [[{}, value]], type);
    return exposition({
      enterspan_records_accepted_total: this.#accepted,
      enterspan_records_refused_total: this.#refused,
      enterspan_records_duplicate_total: this.#duplicates,
      enterspan_requests_refused_total: this.#refusedRequests,
      enterspan_received_bytes_total: this.#bytes,
      enterspan_sampled_records_total: this.#sampled,
      enterspan_commit_seconds: this.#commits,
      enterspan_commits_failed_total: this.#failedCommits,
      enterspan_queue_records: one("Records that wait for the disk.", queue.records),
      enterspan_queue_bytes: one("Bytes that wait for the disk.", queue.bytes),
      enterspan_forwarded_records_total: new Gauge(
        "Records for a destination by what became of them; rejected ones were sent.",
        () =>
          destinations.flatMap(({ slug: destination, status }) =>
            FATES.map((fate): [Record<string, string>, number] => [{ destination, fate }, status[fate]]),
          ),
        "counter",
      ),
      enterspan_forward_waiting_bytes: new Gauge("What waits on disk for a destination.", () =>
        destinations.map(({ slug: destination, status }) => [{ destination }, status.waitingBytes]),
      ),
      enterspan_query_seconds: this.#queries,
      enterspan_queries_failed_total: this.#failedQueries,
      enterspan_http_responses_total: this.#responses,
      enterspan_store_bytes: new Gauge("Size of the store's files.", () => [
        [{ file: "database" }, sizeOf(join(this.#dataDir, DATABASE_FILE))],
        [{ file: "log" }, sizeOf(join(this.#dataDir, `${DATABASE_FILE}.wal`)) ?? 0],
      ]),
      enterspan_disk_free_bytes: one("What the disk of the data directory has left.", freeDiskBytes),
      process_resident_memory_bytes: one("Memory of the process.", rss),
      process_cpu_seconds_total: one("Processor time of the process.", cpuSeconds(), "counter"),
      process_start_time_seconds: one("When the process began.", Date.now() / 1000 - process.uptime()),
      nodejs_heap_used_bytes: one("Memory of JavaScript's objects.", heapUsed),
      nodejs_external_memory_bytes: one("Memory of buffers outside of the heap.", external),
    });
  }
}

function offeredIn(requests: readonly WriteRequest[]): { spans: number; logs: number } {
  const rows = (table: SpanTable | undefined) => (table ? table.rows - table.refused.size : 0);
  let spans = 0;
  let logs = 0;
  for (const request of requests) {
    spans += rows(request.spans);
    for (const group of request.logs) logs += group.logs.length;
  }
  return { spans, logs };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function sizeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

// What becomes of an accepted request: into the store, on to destinations, or both. Its sender is answered when all of it
// is on disk.

import { type LogRecord, type Resource, SPAN_WORD, SPAN_WORDS, type Span } from "@enterspan/otlp";
import type { Forwarder } from "../forward/forwarder.ts";
import { QueueFullError } from "../queue/disk-queue.ts";
import { serviceOf } from "../store/service-name.ts";
import { StoreUnavailableError, type WriteRequest } from "../store/store.ts";
import { BusyError, type GroupCommit } from "./group-commit.ts";
import { faultOfLog, type Validated } from "./validate.ts";

/** An accepted request of one signal, as it came and as it was read. */
export interface Received {
  signal: "traces" | "logs";
  encoding: "protobuf" | "json";
  bytes: Uint8Array;
  validated: Validated;
}

export class Intake {
  readonly #commits: GroupCommit;
  readonly #forwarder: Forwarder;

  constructor(commits: GroupCommit, forwarder: Forwarder) {
    this.#commits = commits;
    this.#forwarder = forwarder;
  }

  /**
   * Resolves when everything of the request is on disk.
   *
   * @throws BusyError when too much is waiting; StoreUnavailableError when it was not stored, as the store is away.
   */
  async submit(received: Received): Promise<void> {
    const { signal, bytes, validated } = received;
    const { request } = validated;
    const services = servicesOf(request);
    const isForwarded = this.#forwarder.concerns(services, signal);
    // Asked after rows that are only forwarded are taken from the store's part.
    const refused = new Set(request.spans?.refused);
    const kept = this.#keptOf(received, services);
    // First the store: what it could not take is sent again, and would be forwarded twice.
    if (kept.accepted > 0) await this.#commits.submit(kept.request, kept.accepted, bytes.length);
    if (!isForwarded) return;
    const entry = { signal, encoding: received.encoding, records: validated.accepted, body: bytes };
    const isAccepted = (record: Span | LogRecord, index: number) =>
      "traceState" in record ? !refused.has(index) : faultOfLog(record) === undefined;
    try {
      await this.#forwarder.accept(entry, services, validated.partial ? isAccepted : undefined);
    } catch (cause) {
      const { message } = cause as Error;
      if (cause instanceof QueueFullError) throw new BusyError(message, { cause });
      throw new StoreUnavailableError(`What is to be forwarded cannot be written down: ${message}`, {
        cause,
      });
    }
  }

  /** Without what its service does not want to be kept. */
  #keptOf({ signal, validated }: Received, services: ReadonlySet<string>): Validated {
    const isKept = (resource: Resource) => this.#forwarder.isKept(serviceOf(resource), signal);
    if ([...services].every((service) => this.#forwarder.isKept(service, signal))) return validated;
    const { spans, logs } = validated.request;
    if (spans === undefined) {
      const kept = logs.filter(({ resource }) => isKept(resource));
      const accepted = kept.reduce((sum, group) => sum + group.logs.length, 0);
      return { request: { logs: kept }, accepted };
    }
    const keeps = spans.origins.map(({ resource }) => isKept(resource));
    for (let row = 0; row < spans.rows; row++) {
      if (!keeps[spans.words[row * SPAN_WORDS + SPAN_WORD.origin] as number]) spans.refused.add(row);
    }
    return { request: { spans, logs }, accepted: spans.rows - spans.refused.size };
  }
}

function servicesOf({ spans, logs }: WriteRequest): Set<string> {
  const origins = [...(spans?.origins ?? []), ...logs];
  return new Set(origins.map(({ resource }) => serviceOf(resource)));
}

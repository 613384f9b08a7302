// What becomes of an accepted request: into the store, on to destinations, or both; of traces with tail sampling only
// after it is decided. Its sender is answered when all of it is on disk.

import { type Resource, SPAN_WORD, SPAN_WORDS, type SpanTable } from "@enterspan/otlp";
import type { Forwarder } from "../forward/forwarder.ts";
import { QueueFullError } from "../queue/disk-queue.ts";
import type { Entry, PickRecord } from "../queue/entry.ts";
import { serviceOf } from "../store/service-name.ts";
import { StoreUnavailableError, type WriteRequest } from "../store/store.ts";
import { BusyError } from "./busy-error.ts";
import type { GroupCommit } from "./group-commit.ts";
import { faultOfLog, type Validated } from "./validate.ts";
import type { Durable } from "./waiting.ts";

/** An accepted request of one signal, as it came and as it was read. */
export interface Received {
  signal: "traces" | "logs";
  encoding: "protobuf" | "json";
  bytes: Uint8Array;
  validated: Validated;
}

/** Where traces, and what belongs to them, wait until it is decided whether they are kept. */
export interface Sampler {
  /** Resolves when the request is on disk; some of it goes to `Intake.keep` later. @throws QueueFullError, Node's error */
  hold(received: Received): Promise<void>;
}

export class Intake {
  readonly #commits: GroupCommit;
  readonly #forwarder: Forwarder;
  #sampler: Sampler | undefined;
  #onTaken: (spans: SpanTable) => void = () => {};

  constructor(commits: GroupCommit, forwarder: Forwarder) {
    this.#commits = commits;
    this.#forwarder = forwarder;
  }

  /** From now on traces and their logs go by what the sampler decides. */
  sampleBy(sampler: Sampler): void {
    this.#sampler = sampler;
  }

  /** Tells of spans once they are stored or wait to be sampled, wherever they go; of rows that were refused as well. */
  onTaken(listener: (spans: SpanTable) => void): void {
    this.#onTaken = listener;
  }

  /**
   * Resolves when everything of the request is on disk.
   *
   * @throws BusyError when too much is waiting; StoreUnavailableError when it was not stored, as the store is away.
   */
  async submit(received: Received): Promise<void> {
    const { spans } = received.validated.request;
    if (this.#sampler !== undefined) {
      await written(this.#sampler.hold(received));
      if (spans !== undefined) this.#onTaken(spans);
      return;
    }
    const { settled } = await this.keep(received);
    if (spans !== undefined) void settled.then(() => this.#onTaken(spans));
  }

  /** Resolves when what has been acknowledged so far can be found in the store; at once while much is arriving. */
  caughtUp(): Promise<void> {
    return this.#commits.caughtUp();
  }

  /** Resolves when the store has what has been acknowledged so far, however much arrives. */
  flush(): Promise<void> {
    return this.#commits.flush();
  }

  /** Stores and forwards, whatever a sampler would say. `pick` tells what it has changed and left out. */
  async keep(received: Received, pick?: PickRecord): Promise<Durable> {
    const { signal, encoding, bytes, validated } = received;
    const services = servicesOf(validated.request);
    const forwarded = pick ?? pickOf(received);
    const kept = this.#keptOf(received, services);
    const { request, accepted: records } = kept;
    const sent: Entry = { signal, encoding, records: validated.accepted, body: bytes };
    // What differs from what was sent cannot be made of it again.
    const entry = kept === validated && pick === undefined ? sent : undefined;
    // First the store: what it could not take is sent again, and would be forwarded twice.
    const durable =
      records > 0
        ? await this.#commits.submit({ request, records, bytes: bytes.length, entry })
        : { settled: Promise.resolve() };
    await written(this.#forwarder.accept(sent, services, forwarded));
    return durable;
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

/** Nothing where all of a request was accepted. */
function pickOf({ validated }: Received): PickRecord | undefined {
  if (validated.partial === undefined) return undefined;
  // Further rows are marked as refused for the store alone.
  const refused = new Set(validated.request.spans?.refused);
  return (record, _, index) => {
    const isAccepted = "traceState" in record ? !refused.has(index) : faultOfLog(record) === undefined;
    return isAccepted ? record : undefined;
  };
}

function servicesOf({ spans, logs }: WriteRequest): Set<string> {
  const origins = [...(spans?.origins ?? []), ...logs];
  return new Set(origins.map(({ resource }) => serviceOf(resource)));
}

/** A queue's refusals in the words of the store, which senders understand. */
async function written(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (cause) {
    if (cause instanceof StoreUnavailableError) throw cause;
    const { message } = cause as Error;
    if (cause instanceof QueueFullError) throw new BusyError(message, { cause });
    throw new StoreUnavailableError(`The disk does not take it: ${message}`, { cause });
  }
}

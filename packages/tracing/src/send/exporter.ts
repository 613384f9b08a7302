// Sends what invocations leave: collects what ends together into one request, splits what is too large for one, retries,
// and keeps a bounded queue while the receiver is away. It never throws, and what it drops it counts and reports.
import type { Host } from "../host.ts";
import type { Invocation } from "../invocation.ts";
import { COALESCE_MS, MAX_QUEUED_CHARACTERS, MAX_REQUEST_CHARACTERS, RETRY_PAUSES_MS } from "../limits.ts";
import { type Chunk, encodeLogs, encodeSpans, logsBody, tracesBody } from "./encode.ts";

export interface ExporterOptions {
  /** Base URL of the OTLP/HTTP receiver, such as `http://127.0.0.1:4318`. */
  endpoint: string;
  headers: Record<string, string>;
  /** OTLP/JSON of the resource, which tells how many records have been dropped so far, and of the scope. */
  resource: (droppedRecords: number) => string;
  scope: string;
}

/** Spans and logs travel apart, each to its own path. */
interface Lane {
  path: string;
  body: (resource: string, scope: string, texts: string[]) => string;
  queue: Chunk[];
}

export class Exporter {
  readonly #host: Host;
  readonly #options: ExporterOptions;
  readonly #spans: Lane = { path: "/v1/traces", body: tracesBody, queue: [] };
  readonly #logs: Lane = { path: "/v1/logs", body: logsBody, queue: [] };
  #queuedCharacters = 0;
  #droppedRecords = 0;
  #warned = false;

  constructor(host: Host, options: ExporterOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** JSON that waits to be sent, in UTF-16 units. */
  get queuedCharacters(): number {
    return this.#queuedCharacters;
  }

  /**
   * Sends the records of an ended invocation, together with those of any other that ends within a few milliseconds.
   * Resolves when they have left or are back in the queue; to be given to `waitUntil`.
   */
  async export(invocation: Invocation): Promise<void> {
    for (const chunk of encodeSpans(invocation)) this.#enqueue(this.#spans, chunk);
    for (const chunk of encodeLogs(invocation)) this.#enqueue(this.#logs, chunk);
    await this.#host.sleep(COALESCE_MS);
    // Whoever wakes first takes everything: those that wake later find the queues empty and are done.
    await Promise.all([this.#drain(this.#spans), this.#drain(this.#logs)]);
  }

  #enqueue(lane: Lane, chunk: Chunk): void {
    lane.queue.push(chunk);
    this.#queuedCharacters += chunk.text.length;
    this.#bound();
  }

  /** The oldest go first when there is no room. */
  #bound(): void {
    while (this.#queuedCharacters > MAX_QUEUED_CHARACTERS) {
      const lane = this.#spans.queue.length > 0 ? this.#spans : this.#logs;
      this.#drop([lane.queue.shift() as Chunk]);
    }
  }

  async #drain(lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const batch = this.#take(lane);
      const { endpoint, resource, scope } = this.#options;
      const texts = batch.map(({ text }) => text);
      const url = endpoint + lane.path;
      if (await this.#post(url, lane.body(resource(this.#droppedRecords), scope, texts), batch)) continue;
      lane.queue.unshift(...batch);
      this.#queuedCharacters += sizeOf(batch);
      this.#bound();
      return;
    }
  }

  /** As many chunks as make a request, at least one. */
  #take(lane: Lane): Chunk[] {
    let count = 0;
    let characters = 0;
    for (const { text } of lane.queue) {
      characters += text.length;
      if (count > 0 && characters > MAX_REQUEST_CHARACTERS) break;
      count++;
    }
    const batch = lane.queue.splice(0, count);
    this.#queuedCharacters -= sizeOf(batch);
    return batch;
  }

  /** False when the batch should be tried again with later requests. */
  async #post(url: string, body: string, batch: Chunk[]): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      let failure: string;
      let pauseMs: number | undefined = RETRY_PAUSES_MS[attempt];
      try {
        const { status, retryAfterSeconds = 0 } = await this.#host.post(url, this.#options.headers, body);
        if (status >= 200 && status < 300) return true;
        failure = `answered ${status}`;
        if (!isRetryable(status)) {
          this.#droppedRecords += recordsOf(batch);
          const why = status === 413 ? "It takes no request this large." : "Is it an OTLP/HTTP receiver?";
          this.#warnOnce(`${url} ${failure}: ${recordsOf(batch)} spans or logs are lost. ${why}`);
          return true;
        }
        if (pauseMs !== undefined) pauseMs = Math.max(pauseMs, Math.min(retryAfterSeconds * 1_000, 5_000));
      } catch (error) {
        failure = `cannot be reached (${error instanceof Error ? error.message : String(error)})`;
      }
      if (pauseMs === undefined) {
        this.#warnOnce(
          `${url} ${failure}: spans and logs wait in memory and are tried again with later requests.`,
        );
        return false;
      }
      await this.#host.sleep(pauseMs);
    }
  }

  #drop(chunks: Chunk[]): void {
    this.#queuedCharacters -= sizeOf(chunks);
    this.#droppedRecords += recordsOf(chunks);
  }

  #warnOnce(message: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#host.warn(`enterspan: ${message}`);
  }
}

const sizeOf = (chunks: Chunk[]): number => chunks.reduce((sum, { text }) => sum + text.length, 0);
const recordsOf = (chunks: Chunk[]): number => chunks.reduce((sum, { records }) => sum + records, 0);

/** The statuses that OTLP/HTTP says to retry. */
function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

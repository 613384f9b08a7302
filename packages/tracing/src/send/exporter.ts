// Sends what invocations leave: collects the records of invocations that end together into one request, retries, and
// keeps a bounded queue while the receiver is away. It never throws, and what it drops it counts and reports.
import type { Host } from "../host.ts";
import type { Invocation } from "../invocation.ts";
import { COALESCE_MS, MAX_BATCH_RECORDS, MAX_QUEUED_RECORDS, RETRY_PAUSES_MS } from "../limits.ts";
import { type EncodedInvocation, encodeInvocation, logsBody, tracesBody } from "./encode.ts";

export interface ExporterOptions {
  /** Base URL of the OTLP/HTTP receiver, such as `http://127.0.0.1:4318`. */
  endpoint: string;
  headers: Record<string, string>;
  /** OTLP/JSON of the resource and the scope, the same in every request. */
  resource: (droppedRecords: number) => string;
  scope: string;
}

export class Exporter {
  readonly #host: Host;
  readonly #options: ExporterOptions;
  #queue: EncodedInvocation[] = [];
  #queuedRecords = 0;
  #droppedRecords = 0;
  #warned = false;

  constructor(host: Host, options: ExporterOptions) {
    this.#host = host;
    this.#options = options;
  }

  /**
   * Sends the records of an ended invocation, together with those of any other that ends within a few milliseconds.
   * Resolves when they have left or are back in the queue; to be given to `waitUntil`.
   */
  async export(invocation: Invocation): Promise<void> {
    this.#enqueue(encodeInvocation(invocation));
    await this.#host.sleep(COALESCE_MS);
    // Whoever wakes first takes everything: those that wake later find the queue empty and are done.
    while (this.#queue.length > 0) {
      const batch = this.#take();
      if (!(await this.#send(batch))) {
        this.#requeue(batch);
        return;
      }
    }
  }

  #enqueue(encoded: EncodedInvocation): void {
    this.#queue.push(encoded);
    this.#queuedRecords += encoded.spanCount + encoded.logCount;
    while (this.#queuedRecords > MAX_QUEUED_RECORDS && this.#queue.length > 1)
      this.#drop(this.#queue.shift());
  }

  /** Back to the front: it is the oldest, and the first to go when there is no room. */
  #requeue(batch: EncodedInvocation[]): void {
    for (const encoded of batch.reverse()) {
      this.#queue.unshift(encoded);
      this.#queuedRecords += encoded.spanCount + encoded.logCount;
    }
    while (this.#queuedRecords > MAX_QUEUED_RECORDS && this.#queue.length > 1)
      this.#drop(this.#queue.shift());
  }

  #drop(encoded: EncodedInvocation | undefined): void {
    if (encoded === undefined) return;
    this.#queuedRecords -= encoded.spanCount + encoded.logCount;
    this.#droppedRecords += encoded.spanCount + encoded.logCount;
  }

  #take(): EncodedInvocation[] {
    const batch: EncodedInvocation[] = [];
    let records = 0;
    while (this.#queue.length > 0 && records < MAX_BATCH_RECORDS) {
      const encoded = this.#queue.shift() as EncodedInvocation;
      batch.push(encoded);
      records += encoded.spanCount + encoded.logCount;
    }
    this.#queuedRecords -= records;
    return batch;
  }

  /** False when the batch should be tried again later. */
  async #send(batch: EncodedInvocation[]): Promise<boolean> {
    const { scope } = this.#options;
    const resource = this.#options.resource(this.#droppedRecords);
    const spans = batch.filter((encoded) => encoded.spanCount > 0).map((encoded) => encoded.spans);
    const logs = batch.filter((encoded) => encoded.logCount > 0).map((encoded) => encoded.logs);
    const [spansSent, logsSent] = await Promise.all([
      spans.length === 0 || this.#post("/v1/traces", tracesBody(resource, scope, spans)),
      logs.length === 0 || this.#post("/v1/logs", logsBody(resource, scope, logs)),
    ]);
    if (spansSent && logsSent) return true;
    for (const encoded of batch) {
      if (spansSent) encoded.spanCount = 0;
      if (logsSent) encoded.logCount = 0;
    }
    return false;
  }

  async #post(path: string, body: string): Promise<boolean> {
    const url = this.#options.endpoint + path;
    for (let attempt = 0; ; attempt++) {
      let failure: string;
      let pauseMs: number | undefined = RETRY_PAUSES_MS[attempt];
      try {
        const result = await this.#host.post(url, this.#options.headers, body);
        if (result.status >= 200 && result.status < 300) return true;
        failure = `answered ${result.status}`;
        if (!isRetryable(result.status)) {
          this.#warnOnce(`${url} ${failure}: these spans or logs are lost. Is it an OTLP/HTTP receiver?`);
          return true;
        }
        if (pauseMs !== undefined && result.retryAfterSeconds !== undefined) {
          pauseMs = Math.max(pauseMs, Math.min(result.retryAfterSeconds * 1_000, 5_000));
        }
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

  #warnOnce(message: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#host.warn(`enterspan: ${message}`);
  }
}

/** The statuses that OTLP/HTTP says to retry. */
function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

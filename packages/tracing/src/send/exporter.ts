// Sends what invocations leave: collects what ends together into one request, splits what is too large for one, and keeps
// a bounded queue while the receiver is slow or away. It never throws, and what it drops it counts and reports.
import type { Host, PostResult } from "../host.ts";
import type { Invocation } from "../invocation.ts";
import {
  MAX_QUEUED_CHARACTERS,
  MAX_REQUEST_CHARACTERS,
  MAX_REQUESTS_AT_ONCE,
  MAX_SENDING_MS,
  SEND_QUIET_MS,
} from "../limits.ts";
import { type Delivery, deliver } from "./delivery.ts";
import { type Chunk, encodeLogs, encodeSpans, logsBody, tracesBody } from "./encode.ts";

export interface ExporterOptions {
  /** Base URL of the OTLP/HTTP receiver, such as `http://127.0.0.1:4318`. */
  endpoint: string;
  headers: Record<string, string>;
  /** How long what ends waits for others, in milliseconds. */
  delayMs: number;
  /** OTLP/JSON of the resource, which tells how many records have been dropped so far. */
  resource: (droppedRecords: number) => string;
}

/** Spans and logs travel apart, each to its own path. */
interface Lane {
  path: string;
  body: (resource: string, chunks: readonly Chunk[]) => string;
  queue: Chunk[];
  sending: Set<Sending>;
}

/** A request under way. */
interface Sending {
  batch: Chunk[];
  /** Reading of the host's clock. */
  since: number;
}

/** How often an invocation that waits for room looks whether there is some, in milliseconds. */
const ROOM_POLL_MS = 20;

export class Exporter {
  readonly #host: Host;
  readonly #options: ExporterOptions;
  readonly #spans: Lane = { path: "/v1/traces", body: tracesBody, queue: [], sending: new Set() };
  readonly #logs: Lane = { path: "/v1/logs", body: logsBody, queue: [], sending: new Set() };
  /** Invocations that wait to be encoded. */
  readonly #ended: Invocation[] = [];
  /** When all of them have waited long enough, as the host's clock says. */
  #due = 0;
  #queuedCharacters = 0;
  #droppedRecords = 0;
  #isAway = false;
  #warned = false;

  constructor(host: Host, options: ExporterOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** JSON that waits to be sent or is on its way, in UTF-16 units. */
  get queuedCharacters(): number {
    return this.#queuedCharacters;
  }

  /**
   * Sends the records of an ended invocation, together with those of others that end within the delay, and frees what it
   * held. Resolves when they have left or wait for others to take them along; to be given to `waitUntil`.
   */
  async export(invocation: Invocation): Promise<void> {
    this.#ended.push(invocation);
    // Encoding would keep the thread from sending the response.
    await this.#othersEnded(invocation);
    // Whoever wakes first takes everything, one by one, as the runtime may kill it: those that wake later take what is
    // left, mostly nothing.
    for (let ended = this.#ended.shift(); ended !== undefined; ended = this.#ended.shift()) {
      await this.#take(ended);
    }
    await Promise.all([this.#drain(this.#spans), this.#drain(this.#logs)]);
  }

  /**
   * Until nothing has ended after `invocation` for a moment, at the latest when the delay of the first that waits is over.
   * All wake then, though the last to end mostly has sent everything: it might have been killed.
   */
  async #othersEnded(invocation: Invocation): Promise<void> {
    const { now, sleep } = this.#host;
    if (this.#due <= now()) this.#due = now() + this.#options.delayMs;
    const due = this.#due;
    await sleep(Math.min(due - now(), SEND_QUIET_MS));
    const isLast = this.#ended.length === 0 || this.#ended.at(-1) === invocation;
    if (!isLast && due > now()) await sleep(due - now());
  }

  /**
   * Tells the receiver what an invocation that goes on has recorded so far, or the first of it where that is much: spans
   * without an end are open. False where the receiver does not want to know.
   */
  async tell(invocation: Invocation): Promise<boolean> {
    const chunks: Chunk[] = [];
    try {
      for (const chunk of encodeSpans(invocation)) {
        chunks.push(chunk);
        if (chunk.text.length > MAX_REQUEST_CHARACTERS / 2) break;
      }
      const body = tracesBody(this.#options.resource(this.#droppedRecords), chunks);
      const { status } = await this.say("/api/in-flight", body);
      return status < 400 || status === 429 || status >= 500;
    } catch {
      // It may be back when there is more to tell.
      return true;
    }
  }

  /** Says something else to a receiver of ours than it takes of others. Rejects where it cannot be reached. */
  say(path: string, body: string): Promise<PostResult> {
    const { endpoint, headers } = this.#options;
    return this.#host.post(endpoint + path, headers, body);
  }

  /** Encodes an invocation and frees what it held. */
  async #take(invocation: Invocation): Promise<void> {
    try {
      await this.#encode(this.#spans, encodeSpans(invocation));
      await this.#encode(this.#logs, encodeLogs(invocation));
    } catch (error) {
      // Ours alone, and no reason to lose other invocations.
      this.#droppedRecords += invocation.spans.length + invocation.logs.length;
      this.#warnOnce(`a request's spans could not be encoded and are lost (${String(error)})`);
    } finally {
      invocation.spans.release();
    }
  }

  /** As text a record takes several times what its columns do, so a large invocation is sent as it is encoded. */
  async #encode(lane: Lane, chunks: Iterable<Chunk>): Promise<void> {
    for (const chunk of chunks) {
      this.#enqueue(lane, chunk);
      if (chunk.text.length < MAX_REQUEST_CHARACTERS / 2) continue;
      // Encoding one takes milliseconds: the program's turn comes between two.
      await this.#host.sleep(0);
      await this.#drain(lane);
      // A receiver that is slow is waited for; one that is away is not.
      while (this.#queuedCharacters > MAX_QUEUED_CHARACTERS / 2 && this.#isBusy(lane) && !this.#isAway) {
        await this.#host.sleep(ROOM_POLL_MS);
      }
    }
  }

  #enqueue(lane: Lane, chunk: Chunk): void {
    lane.queue.push(chunk);
    this.#queuedCharacters += chunk.text.length;
    // The oldest go first when there is no room.
    while (this.#queuedCharacters > MAX_QUEUED_CHARACTERS) {
      const oldest = this.#spans.queue.shift() ?? this.#logs.queue.shift();
      if (oldest === undefined) return;
      this.#droppedRecords += oldest.records;
      this.#forget([oldest]);
    }
  }

  /** Sends until the queue is empty or the receiver is away. Whoever finds enough at work leaves the queue to them. */
  async #drain(lane: Lane): Promise<void> {
    while (lane.queue.length > 0 && !this.#isBusy(lane)) {
      const { endpoint, headers, resource } = this.#options;
      const sending = { batch: take(lane.queue), since: this.#host.now() };
      lane.sending.add(sending);
      const url = endpoint + lane.path;
      const body = lane.body(resource(this.#droppedRecords), sending.batch);
      const delivery = await deliver(this.#host, url, headers, body);
      // A request that took too long was given up, and its batch is in the queue again.
      if (!lane.sending.delete(sending)) return;
      this.#settle(lane, sending.batch, url, delivery);
      if (this.#isAway) return;
    }
  }

  /** Whether as many requests are under way as may be. One whose invocation the runtime has killed never ends. */
  #isBusy({ queue, sending }: Lane): boolean {
    for (const request of sending) {
      if (this.#host.now() - request.since < MAX_SENDING_MS) continue;
      sending.delete(request);
      queue.unshift(...request.batch);
    }
    return sending.size >= MAX_REQUESTS_AT_ONCE;
  }

  #settle(lane: Lane, batch: Chunk[], url: string, delivery: Delivery): void {
    this.#isAway = delivery.outcome === "away";
    const records = batch.reduce((sum, chunk) => sum + chunk.records, 0);
    if (delivery.outcome === "away") {
      lane.queue.unshift(...batch);
      const what = "spans and logs wait in memory and are tried again with later requests";
      this.#warnOnce(`${url} ${delivery.reason}: ${what}.`);
      return;
    }
    this.#forget(batch);
    if (delivery.outcome === "refused") {
      const { reason } = delivery;
      this.#droppedRecords += records;
      const why = reason.endsWith("413") ? "It takes no request this large." : "Is it an OTLP/HTTP receiver?";
      this.#warnOnce(`${url} ${reason}: ${records} spans or logs are lost. ${why}`);
    } else if (delivery.rejected > 0) {
      this.#droppedRecords += Math.min(delivery.rejected, records);
      const lost = `${delivery.rejected} of ${records} spans or logs`;
      this.#warnOnce(`${url} rejected ${lost}, which are lost: ${delivery.reason}`);
    }
  }

  #forget(chunks: Chunk[]): void {
    for (const { text } of chunks) this.#queuedCharacters -= text.length;
  }

  #warnOnce(message: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#host.warn(`enterspan: ${message}`);
  }
}

/** As many chunks as make a request, at least one. */
function take(queue: Chunk[]): Chunk[] {
  let count = 0;
  let characters = 0;
  for (const { text } of queue) {
    characters += text.length;
    if (count > 0 && characters > MAX_REQUEST_CHARACTERS) break;
    count++;
  }
  return queue.splice(0, count);
}

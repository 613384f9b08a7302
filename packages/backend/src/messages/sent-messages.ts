// What Workers have sent to queues, for those who are given it in another isolate and ask who has sent it. Only tracers
// understand the notes; they are kept in memory, the newest of them.

/** One message that was sent. */
export interface SentMessage {
  /** Of this message and no other. */
  key: string;
  /** What both ends see of its body, as a digest. */
  outline: string;
  /** Unix milliseconds between which the queue took it. */
  from: number;
  until: number;
  /** The span that has sent it. */
  traceId: string;
  spanId: string;
  traceState: string;
}

const MAX_MESSAGES = 10_000;

export class SentMessages {
  /** Oldest first. */
  readonly #messages: SentMessage[] = [];

  add(messages: readonly SentMessage[]): void {
    this.#messages.push(...messages);
    this.#messages.splice(0, this.#messages.length - MAX_MESSAGES);
  }

  /** The newest that have one of these outlines, at most `limit`, oldest first. */
  like(outlines: ReadonlySet<string>, limit: number): SentMessage[] {
    return this.#messages.filter(({ outline }) => outlines.has(outline)).slice(-limit);
  }
}

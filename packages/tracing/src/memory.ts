// How much recorded telemetry an isolate holds, over all its open invocations: what bounds a program that records more
// than can be kept. What is queued for sending is bounded by the exporter.
import type { Host } from "./host.ts";
import { HOLDING_EXPIRES_MS, MAX_HELD_BYTES } from "./limits.ts";

/** What one invocation holds, in bytes, roughly: columns, and text by its length. */
export interface Holding {
  bytes: number;
  /** Reading of the host's clock. */
  since: number;
}

export class Memory {
  readonly #host: Host;
  /** Of open invocations, and of those that the runtime has killed, which never end. */
  readonly #holdings = new Set<Holding>();
  #held = 0;
  #warned = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** For a new invocation. */
  open(): Holding {
    const holding = { bytes: 0, since: this.#host.now() };
    this.#holdings.add(holding);
    return holding;
  }

  hold(holding: Holding, bytes: number): void {
    holding.bytes += bytes;
    this.#held += bytes;
  }

  /** The records have been sent, or will never be. A second call does nothing. */
  release(holding: Holding): void {
    this.#held -= holding.bytes;
    holding.bytes = 0;
    this.#holdings.delete(holding);
  }

  /** Whether nothing more may be recorded until an invocation has been sent. */
  get isFull(): boolean {
    return this.#held >= MAX_HELD_BYTES && this.#expire() >= MAX_HELD_BYTES;
  }

  /** Tells the developer that records of an invocation have been dropped; the first time only. */
  warnOfDrops(what: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#host.warn(
      `enterspan: ${what} were more than is kept. Root spans count such losses in enterspan.dropped_spans and ` +
        "enterspan.dropped_logs.",
    );
  }

  /** Counts no longer what old invocations hold, most of which are dead. Returns what is held then. */
  #expire(): number {
    const before = this.#host.now() - HOLDING_EXPIRES_MS;
    for (const holding of this.#holdings) {
      // The oldest come first.
      if (holding.since > before) break;
      this.release(holding);
    }
    return this.#held;
  }
}

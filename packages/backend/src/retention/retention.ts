// Keeps the store within an age and a size: once a minute the oldest records go. What that means on disk is the store's
// matter.

import type { PruneLimits, Store } from "../store/store.ts";

export interface RetentionOptions {
  /** Records that began longer ago than this are deleted. */
  days?: number;
  /** What the database may take on disk; the oldest records are deleted beyond. */
  maxBytes?: number;
}

const INTERVAL_MS = 60_000;
const NANOS_PER_DAY = 86_400_000_000_000;

export class Retention {
  readonly #store: Store;
  readonly #options: RetentionOptions;
  readonly #onFault: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** Prunes at once and then by itself, until `close`. Without limits it does nothing. */
  constructor(store: Store, options: RetentionOptions, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#options = options;
    this.#onFault = onFault;
    if (options.days === undefined && options.maxBytes === undefined) return;
    this.#timer = setInterval(() => this.#prune(), INTERVAL_MS);
    this.#timer.unref();
    this.#prune();
  }

  /** Waits for the pruning under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #prune(): void {
    this.#running ??= this.#store
      .prune(limitsOf(this.#options))
      // The next round tries again.
      .then(() => {}, this.#onFault)
      .finally(() => {
        this.#running = undefined;
      });
  }
}

function limitsOf({ days, maxBytes }: RetentionOptions): PruneLimits {
  return {
    ...(days !== undefined && {
      beforeUnixNano: BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(days * NANOS_PER_DAY)),
    }),
    ...(maxBytes !== undefined && { maxBytes }),
  };
}

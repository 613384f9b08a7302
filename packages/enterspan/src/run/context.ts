// What a handler gets beside its event and its bindings, and the work that outlives the handlers: what they gave to
// `waitUntil`, the sending of telemetry among it.

/** As `ExecutionContext` of `@cloudflare/workers-types`, as far as it can be had here. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
  readonly props: Record<string, unknown>;
}

export class Background {
  readonly #pending = new Set<Promise<unknown>>();
  readonly #onError: (error: unknown) => void;

  /** `onError` is told of rejections, which nobody else would hear of. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add(promise: Promise<unknown>): void {
    const settled = Promise.resolve(promise).catch(this.#onError);
    this.#pending.add(settled);
    settled.then(() => this.#pending.delete(settled));
  }

  /** Resolves when nothing is left, what is added meanwhile included. */
  async drained(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }
}

export type Outcome = "ok" | "exception";

export interface Call {
  context: Context;
  /** Resolves when all that was given to `waitUntil` has settled: an exception where any of it has failed. */
  settled(): Promise<Outcome>;
  /** Whether the handler asked for its exceptions to be answered by the origin. */
  passesThrough: boolean;
}

export function createCall(background: Background): Call {
  const given: Promise<unknown>[] = [];
  const call: Call = {
    passesThrough: false,
    async settled() {
      let outcome: Outcome = "ok";
      // More may come while one is waited for.
      for (const promise of given) {
        await promise.catch(() => {
          outcome = "exception";
        });
      }
      return outcome;
    },
    context: {
      waitUntil(promise) {
        // A thenable is asked once.
        const genuine = Promise.resolve(promise);
        given.push(genuine);
        background.add(genuine);
      },
      passThroughOnException: () => {
        call.passesThrough = true;
      },
      props: {},
    },
  };
  return call;
}

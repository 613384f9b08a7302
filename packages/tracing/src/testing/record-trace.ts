// Runs a function as one invocation on the real core and reads the trace that it leaves.
import type { Tracing } from "../api.ts";
import { runInvocation } from "../instrument/handlers/run.ts";
import type { Invocation } from "../invocation.ts";
import { parseTraceparent } from "../propagation.ts";
import type { InvocationStart } from "../runtime.ts";
import { SERVER } from "../span-record.ts";
import { withEnv } from "../workers/index.ts";
import type { ClockOption } from "./clock.ts";
import { holdGlobals, recordGlobals } from "./globals.ts";
import { type IdsOption, RecordingRuntime } from "./recording-runtime.ts";
import { Trace } from "./trace.ts";

/** What a handler gets of its platform, as far as a test has it. */
export interface RecordContext {
  /** The recording lasts until `promise` has settled. A rejection is an exception of the root span. */
  waitUntil(promise: Promise<unknown>): void;
  /** Does nothing. */
  passThroughOnException(): void;
  readonly tracing: Tracing;
  /** An empty object. */
  readonly props: unknown;
}

export interface RecordOptions {
  /** The root span's name. Default: `root`. */
  name?: string;
  /** With true an error of the function is the trace's `error`. By default it rejects, as it would without us. */
  catch?: boolean;
  /**
   * `random`; `sequential`, the same in every run; or `{ seed }`, others that are the same in every run. Two
   * recordings with one seed have the same ids. Default: `random`.
   */
  ids?: IdsOption;
  /**
   * `real`: the clocks as they were when this module was loaded, which fake timers that are installed later do not
   * stop. `timers`: `Date.now()` at each moment, whole milliseconds, which `vi.useFakeTimers()` and `mock.timers`
   * (with `Date` among their `apis`) move. A `VirtualClock`: moved by the test. Default: `real`.
   */
  clock?: ClockOption;
  /** False: nothing but logs is recorded, and `isTraced` is false. Default: as `parent` says, else true. */
  sampled?: boolean;
  /** A `traceparent`: the root span is the child of the span that it names, in its trace. */
  parent?: string;
  /** What the program gets as `env` of `cloudflare:workers`; instrument its bindings with `kvSpans` and `d1Spans`. */
  env?: object;
  /** Answers the program's requests instead of the global `fetch`, for this recording alone. */
  fetch?: typeof globalThis.fetch;
  /** `silent`: console output becomes logs of the trace and is not printed. Default: `print`. */
  console?: "print" | "silent";
}

/**
 * Runs `program` as one invocation, and resolves with its trace when everything of it is done: the function and all
 * that was given to `waitUntil`. Whatever it calls is traced as in a Worker: `tracing.enterSpan` and its like, the
 * global `fetch` and the console. What never settles is waited for until the test runner ends the test.
 *
 * Recordings do not mix: several may run at once, and one inside of another is a trace of its own.
 *
 * Rejects with the error of the function, when everything is done, unless the option `catch` is set.
 *
 * @example
 * const trace = await recordTrace(() => handleOrder(env, "17"));
 * trace.span("calculateTotal").attributes; // { "item.count": 2 }
 *
 * @throws TypeError when an option is wrong.
 */
export function recordTrace<T>(
  program: (context: RecordContext) => T | Promise<T>,
  options: RecordOptions & { catch: true },
): Promise<Trace<T | undefined>>;
export function recordTrace<T>(
  program: (context: RecordContext) => T | Promise<T>,
  options?: RecordOptions,
): Promise<Trace<T>>;
export async function recordTrace<T>(
  program: (context: RecordContext) => T | Promise<T>,
  options: RecordOptions = {},
): Promise<Trace<T | undefined>> {
  if (typeof program !== "function") {
    throw new TypeError(`recordTrace takes the function to run as its first argument, not ${typeof program}`);
  }
  const start = startOf(options);
  const runtime = new RecordingRuntime({
    clock: options.clock ?? "real",
    ids: options.ids ?? "random",
    sampled: options.sampled ?? true,
  });
  const waiting: Promise<unknown>[] = [];
  const context = makeContext(waiting);
  let invocation: Invocation | undefined;
  const releaseGlobals = holdGlobals();
  try {
    const [outcome] = await Promise.allSettled([
      runInvocation(runtime, start, context, (lifetime) => {
        invocation = lifetime.invocation;
        recordGlobals(invocation, {
          runtime,
          fetch: options.fetch,
          isSilent: options.console === "silent",
          env: options.env,
        });
        return withEnv(options.env, () => program(context));
      }),
    ]);
    // The last one is the core's own, which ends the invocation.
    for (let i = 0; i < waiting.length; i++) await Promise.allSettled([waiting[i]]);
    if (outcome.status === "fulfilled") return new Trace(invocation as Invocation, outcome.value, undefined);
    if (options.catch !== true) throw outcome.reason;
    return new Trace<T | undefined>(invocation as Invocation, undefined, outcome.reason);
  } finally {
    releaseGlobals();
  }
}

function startOf({ name = "root", parent, sampled }: RecordOptions): InvocationStart {
  if (parent === undefined) return { name, kind: SERVER };
  const remote = parseTraceparent(parent, null);
  if (remote === undefined) {
    throw new TypeError(
      `recordTrace: parent must be a W3C traceparent ("00-<32 hex digits>-<16 hex digits>-01"), not ${JSON.stringify(parent)}`,
    );
  }
  return { name, kind: SERVER, context: { parent: { ...remote, sampled: sampled ?? remote.sampled } } };
}

/** The core puts `tracing` on it, and counts what `waitUntil` gets. */
function makeContext(waiting: Promise<unknown>[]): RecordContext {
  const context = {
    waitUntil(this: unknown, promise: Promise<unknown>): void {
      if (this !== context) {
        throw new TypeError(
          "Illegal invocation: waitUntil is called as a method of its context, as on workerd",
        );
      }
      waiting.push(promise);
    },
    passThroughOnException(): void {},
    props: {},
  };
  return context as unknown as RecordContext;
}

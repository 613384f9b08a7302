// What a recorded program's call of a global does: a span for fetch, a log for the console, and for timers that their
// callbacks know the span that they were set in, which fake timers would forget.
import { instrumentFetch } from "../instrument/bindings/fetch.ts";
import { type Level, recordLog, UNREPORTED, unreportedly } from "../logs.ts";
import { active } from "../process.ts";
import type { Runtime } from "../runtime.ts";
import { isStandIn } from "../stand-in.ts";
import { withEnv } from "../workers/index.ts";

type Fetch = typeof globalThis.fetch;
type FetchArguments = [input: RequestInfo | URL, init?: RequestInit];
export type Method = (...args: never[]) => unknown;

/** What a recording wants of the globals. */
export interface GlobalsOptions {
  runtime: Runtime;
  /** Answers the program's requests instead of the global fetch. */
  fetch: Fetch | undefined;
  isSilent: boolean;
  /** What is in force as `env` of `cloudflare:workers`. */
  env: object | undefined;
}

/** Makes a recorded call; `inner` is what it must reach in the end, with the program's own arguments. */
export type Recorder = (inner: Method, self: unknown, args: never[], options: GlobalsOptions) => unknown;

const LEVELS: readonly Level[] = ["debug", "info", "log", "warn", "error"];

/** Recorders by the object and the name of the method that they stand for. */
export function recorders(): [target: object, key: string, record: Recorder][] {
  return [
    [globalThis, "fetch", callFetch],
    ...LEVELS.map((level): [object, string, Recorder] => [globalThis.console, level, consoleRecorder(level)]),
    ...UNREPORTED.map((name): [object, string, Recorder] => [
      globalThis.console,
      name,
      (inner, self, args) => unreportedly(() => Reflect.apply(inner, self, args)),
    ]),
    ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map(
      (name): [object, string, Recorder] => [globalThis, name, callTimer],
    ),
  ];
}

function callFetch(inner: Method, self: unknown, args: never[], { runtime, fetch }: GlobalsOptions): unknown {
  // What `instrument` has put there makes spans by itself.
  if (fetch === undefined && isStandIn(inner)) return Reflect.apply(inner, self, args);
  const send = () => Reflect.apply((fetch ?? inner) as Method, self, args);
  return Reflect.apply(
    instrumentFetch(runtime, send as unknown as Fetch),
    self,
    describedBy(args as unknown[] as FetchArguments),
  );
}

/** Arguments to read a request from. It uses up the body of a Request, and the program's own goes to whoever answers. */
function describedBy([input, ...init]: FetchArguments): FetchArguments {
  const isUsable = input instanceof Request && input.body !== null && !input.bodyUsed && !input.body.locked;
  return [isUsable ? input.clone() : input, ...init];
}

function consoleRecorder(level: Level): Recorder {
  return (inner, self, args, { isSilent }) => {
    if (isStandIn(inner)) return Reflect.apply(inner, self, args);
    recordLog(active.getStore(), level, args);
    if (!isSilent) Reflect.apply(inner, self, args);
    return undefined;
  };
}

function callTimer(inner: Method, self: unknown, args: never[], { env }: GlobalsOptions): unknown {
  const [callback, ...rest] = args as unknown as [unknown, ...never[]];
  const span = active.getStore();
  // Fake timers call back from wherever the test moves the time.
  const bound = function (this: unknown, ...given: never[]): unknown {
    return withEnv(env, () =>
      active.run(span as NonNullable<typeof span>, () => Reflect.apply(callback as Method, this, given)),
    );
  };
  return Reflect.apply(inner, self, [typeof callback === "function" ? bound : callback, ...rest] as never[]);
}

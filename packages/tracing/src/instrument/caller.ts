// Tells calls that the runtime makes from those that the program makes: below a method that the runtime calls there is no
// JavaScript on the stack.

/** V8's, as far as it is used. */
interface StackCapture {
  stackTraceLimit: number;
  prepareStackTrace: unknown;
  captureStackTrace?: (holder: object, above: unknown) => void;
}

interface CallSite {
  getFileName(): string | null | undefined;
}

/**
 * Some of the runtime is JavaScript: Node's scheduler, bindings of workerd and of Miniflare, and what stands for it under
 * `vite dev` (vite.ts).
 */
const BELONGS_TO_RUNTIME = /^(node:|(workers.)?runner-worker\b)|-internal:|:local-/;

/**
 * Whether the function `called`, which is running, was called by the runtime: by some JavaScript of its own, or else, as
 * `orNobody` says, by none. Costs a few microseconds. True also where the engine does not tell.
 */
export function isCalledByRuntime(called: (...args: never[]) => unknown, orNobody = true): boolean {
  const engine = Error as unknown as StackCapture;
  const { stackTraceLimit, prepareStackTrace } = engine;
  try {
    engine.stackTraceLimit = 1;
    engine.prepareStackTrace = (_: unknown, sites: CallSite[]) => sites;
    const holder: { stack?: CallSite[] } = {};
    engine.captureStackTrace?.(holder, called);
    const [caller] = holder.stack ?? [];
    return caller === undefined ? orNobody : BELONGS_TO_RUNTIME.test(caller.getFileName() ?? "");
  } catch {
    return true;
  } finally {
    try {
      engine.stackTraceLimit = stackTraceLimit;
      engine.prepareStackTrace = prepareStackTrace;
    } catch {
      // Frozen: nothing was changed.
    }
  }
}

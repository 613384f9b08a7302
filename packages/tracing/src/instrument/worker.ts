// Wraps what a Worker module exports by default, an object of handlers or an entrypoint class, so that each event is an
// invocation. The user's object is left as it is: the runtime gets another one that inherits from it.
import type { Runtime } from "../runtime.ts";
import { EnvInstrumentation } from "./env.ts";
import { EVENTS, runEvent } from "./handlers/event.ts";
import { runFetch } from "./handlers/fetch.ts";
import type { HandlerContext } from "./handlers/lifetime.ts";

type Handler = (event: unknown, env: unknown, context: HandlerContext) => unknown;

interface WorkerInstrumentation {
  runtime: Runtime;
  env: EnvInstrumentation;
}

export function instrumentWorker<T>(runtime: Runtime, worker: T): T {
  const instrumentation = { runtime, env: new EnvInstrumentation(runtime) };
  if (typeof worker === "function") return instrumentEntrypoint(instrumentation, worker) as T;
  if (typeof worker === "object" && worker !== null) return instrumentHandlers(instrumentation, worker) as T;
  return worker;
}

function instrumentHandlers({ runtime, env }: WorkerInstrumentation, worker: object): object {
  const handlers = worker as Record<string, unknown>;
  const wrapped = Object.create(worker) as object;
  // Defined, not assigned: what is inherited may be read-only, or a getter.
  const define = (name: string, value: Handler) =>
    Object.defineProperty(wrapped, name, { value, writable: true, configurable: true, enumerable: true });
  if (typeof handlers.fetch === "function") {
    define("fetch", (request, bindings, context) => {
      env.apply(bindings);
      const handler = () => (handlers.fetch as Handler)(request, bindings, context) as Response;
      return runFetch(runtime, request as Request, context, handler);
    });
  }
  for (const name of Object.keys(EVENTS)) {
    if (typeof handlers[name] !== "function") continue;
    define(name, (event, bindings, context) => {
      env.apply(bindings);
      const handler = () => (handlers[name] as Handler)(event, bindings, context);
      return runEvent(runtime, name, event, context, handler);
    });
  }
  return wrapped;
}

/** An instance of a class that extends `WorkerEntrypoint`: one is made for every event. */
interface Entrypoint {
  ctx: HandlerContext;
  env: unknown;
}

/** The class itself, which the runtime must find again, with the handlers of its prototype wrapped. */
function instrumentEntrypoint({ runtime, env }: WorkerInstrumentation, entrypoint: unknown): unknown {
  const prototype = (entrypoint as { prototype?: Record<string, unknown> }).prototype;
  if (prototype === undefined) return entrypoint;
  /** Instances at work: what they call on themselves is no event. */
  const busy = new WeakSet<object>();
  const wrap = (
    name: string,
    run: (instance: Entrypoint, event: unknown, handler: () => unknown) => unknown,
  ) => {
    const original = prototype[name];
    if (typeof original !== "function") return;
    const wrapped = {
      [name](this: Entrypoint, ...args: unknown[]): unknown {
        if (busy.has(this)) return original.apply(this, args);
        busy.add(this);
        env.apply(this.env);
        return run(this, args[0], () => original.apply(this, args));
      },
    }[name];
    try {
      Object.defineProperty(prototype, name, { value: wrapped, writable: true, configurable: true });
    } catch {
      // A frozen class runs as it is, without traces.
    }
  };
  wrap("fetch", (instance, request, handler) =>
    runFetch(runtime, request as Request, instance.ctx, handler as () => Response),
  );
  for (const name of Object.keys(EVENTS)) {
    wrap(name, (instance, event, handler) => runEvent(runtime, name, event, instance.ctx, handler));
  }
  return entrypoint;
}

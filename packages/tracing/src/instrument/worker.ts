// Wraps what a Worker module exports by default, an object of handlers or an entrypoint class, so that each event is an
// invocation. The user's object is left as it is: the runtime gets another one that inherits from it.
import type { Runtime } from "../runtime.ts";
import { EnvInstrumentation } from "./env.ts";
import { EVENTS, runEvent } from "./handlers/event.ts";
import { runFetch } from "./handlers/fetch.ts";
import type { HandlerContext } from "./handlers/lifetime.ts";
import { setOwn } from "./own-property.ts";

type Handler = (event: unknown, env: unknown, context: HandlerContext) => unknown;

const HANDLERS = ["fetch", ...Object.keys(EVENTS)];

export function instrumentWorker<T>(runtime: Runtime, worker: T): T {
  const env = new EnvInstrumentation(runtime);
  /** Calls a handler as the invocation that its event is. */
  const run: Run = (name, event, bindings, context, handler) => {
    env.apply(bindings);
    if (name !== "fetch") return runEvent(runtime, name, event, context, handler);
    return runFetch(runtime, event as Request, context, handler as () => Response);
  };
  if (typeof worker === "function") return instrumentEntrypoint(run, worker) as T;
  if (typeof worker === "object" && worker !== null) return instrumentHandlers(run, worker) as T;
  return worker;
}

type Run = (
  name: string,
  event: unknown,
  bindings: unknown,
  context: HandlerContext,
  handler: () => unknown,
) => unknown;

function instrumentHandlers(run: Run, worker: object): object {
  const handlers = worker as Record<string, Handler>;
  const wrapped = Object.create(worker) as object;
  for (const name of HANDLERS) {
    if (typeof handlers[name] !== "function") continue;
    const handle: Handler = (event, bindings, context) =>
      run(name, event, bindings, context, () => (handlers[name] as Handler)(event, bindings, context));
    setOwn(wrapped, name, handle, true);
  }
  return wrapped;
}

/** An instance of a class that extends `WorkerEntrypoint`: one is made for every event. */
interface Entrypoint {
  ctx: HandlerContext;
  env: unknown;
}

/** The class itself, which the runtime must find again, with the handlers of its prototype wrapped. */
function instrumentEntrypoint(run: Run, entrypoint: unknown): unknown {
  const prototype = (entrypoint as { prototype?: Record<string, unknown> }).prototype;
  if (prototype === undefined) return entrypoint;
  /** Instances at work: what they call on themselves is no event. */
  const busy = new WeakSet<object>();
  for (const name of HANDLERS) {
    const original = prototype[name];
    if (typeof original !== "function") continue;
    const wrapped = {
      [name](this: Entrypoint, ...args: unknown[]): unknown {
        if (busy.has(this)) return original.apply(this, args);
        busy.add(this);
        return run(name, args[0], this.env, this.ctx, () => original.apply(this, args));
      },
    }[name];
    try {
      setOwn(prototype, name, wrapped, Object.prototype.propertyIsEnumerable.call(prototype, name));
    } catch {
      // A frozen class runs as it is, without traces.
    }
  }
  return entrypoint;
}

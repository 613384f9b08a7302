// Wraps what a Worker module exports so that each event is an invocation: an object of handlers here, a class in
// class.ts. The user's object is left as it is: the runtime gets another one that inherits from it.
import { EVENTS, runEvent, runRpc } from "./handlers/event.ts";
import { runFetch } from "./handlers/fetch.ts";
import { bareContext, type HandlerContext } from "./handlers/lifetime.ts";
import { HANDLERS_OBJECT } from "./handlers/receiver.ts";
import type { Installation } from "./installation.ts";
import { setOwn } from "./own-property.ts";
import { type Deliver, gateOf } from "./rpc/gate.ts";
import { RPC_MEMBER } from "./rpc/path.ts";

type Handler = (event: unknown, env: unknown, context: HandlerContext) => unknown;

const HANDLERS = ["fetch", ...Object.keys(EVENTS)];

/** `exportName` is "" for the default export; a class whose export is not known goes by its own name. */
export function instrumentWorker<T>(installation: Installation, worker: T, exportName?: string): T {
  if (typeof worker === "function") return installation.classes.apply(worker, exportName);
  if (typeof worker !== "object" || worker === null || installation.wrapped.has(worker)) return worker;
  const wrapped = instrumentHandlers(installation, worker);
  installation.wrapped.add(wrapped);
  return wrapped as T;
}

function instrumentHandlers(installation: Installation, worker: object): object {
  const { runtime } = installation;
  const handlers = worker as Record<string, Handler>;
  const wrapped = Object.create(worker) as object;
  for (const name of HANDLERS) {
    if (typeof handlers[name] !== "function") continue;
    const handle: Handler = (event, env, context = bareContext()) => {
      const handler = () => (handlers[name] as Handler)(event, env, context);
      if (!installation.isReady(env)) return handler();
      installation.instrumentBindings(env, context);
      const delivery = { name, event, context, receiver: HANDLERS_OBJECT };
      if (name !== "fetch") return runEvent(runtime, delivery, handler);
      return runFetch(runtime, delivery, handler as () => Response);
    };
    setOwn(wrapped, name, handle, true);
  }
  shareMembers(installation, worker, wrapped);
  return wrapped;
}

/** Over RPC an object of handlers has its own properties. */
function shareMembers(installation: Installation, worker: object, wrapped: object): void {
  const members = worker as Record<string, unknown>;
  const deliver = delivering(installation);
  for (const name of Object.keys(worker)) {
    if (HANDLERS.includes(name)) continue;
    const get = () => {
      const member = members[name];
      if (typeof member !== "function") return member;
      const called = (...args: unknown[]) => deliver(name, args, () => Reflect.apply(member, worker, args));
      return Object.defineProperty(called, "length", { value: member.length });
    };
    Object.defineProperty(wrapped, name, { get, enumerable: true, configurable: true });
  }
  openGate(installation, worker, wrapped);
}

/** Lets calls over RPC that bring the trace's context reach `worker`, by what the module exports in its place. */
export function openGate(installation: Installation, worker: object, exported = worker): void {
  const get = () => gateOf(worker, installation.runtime, false, delivering(installation));
  Object.defineProperty(exported, RPC_MEMBER, { get, configurable: true });
}

/** A function of such an object gets `env` and the context after what is sent. */
function delivering(installation: Installation): Deliver {
  const { runtime } = installation;
  return (name, args, call, event) => {
    const [env, context] = args.slice(-2) as [unknown, HandlerContext | undefined];
    if (context === undefined || !installation.isReady(env)) return call();
    installation.instrumentBindings(env, context);
    return runRpc(runtime, { name, context, receiver: HANDLERS_OBJECT }, args.slice(0, -2), call, event);
  };
}

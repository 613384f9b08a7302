// Wraps what a Worker module exports so that each event is an invocation: an object of handlers here, a class in
// class.ts. The user's object is left as it is: the runtime gets another one that inherits from it.

import { lookLike } from "../stand-in.ts";
import { bareContext, type HandlerContext } from "./handlers/context.ts";
import { EVENTS, type RpcEvent, runRpc } from "./handlers/event.ts";
import { HANDLERS_OBJECT } from "./handlers/receiver.ts";
import type { Installation } from "./installation.ts";
import { setOwn } from "./own-property.ts";
import { answerCarried, answerOfHandlers } from "./rpc/gate.ts";
import { RPC_METHOD } from "./rpc/path.ts";

type Handler = (event: unknown, env: unknown, context: HandlerContext) => unknown;

const HANDLERS = ["fetch", ...Object.keys(EVENTS)];

/** `exportName` is "" for the default export; a class whose export is not known goes by its own name. */
export function instrumentWorker<T>(installation: Installation, worker: T, exportName?: string): T {
  if (typeof worker === "function") return installation.classes.apply(worker, exportName);
  if (typeof worker !== "object" || worker === null || installation.wrapped.has(worker)) return worker;
  const wrapped = instrumentHandlers(installation, worker);
  installation.wrapped.add(wrapped);
  installation.runtime.carrying.set(exportName || "default", worker);
  return wrapped as T;
}

function instrumentHandlers(installation: Installation, worker: object): object {
  const handlers = worker as Record<string, Handler>;
  const wrapped = Object.create(worker) as object;
  for (const name of HANDLERS) {
    if (typeof handlers[name] !== "function") continue;
    const handle: Handler = (event, env, context = bareContext()) => {
      if (!installation.isReady(env)) return (handlers[name] as Handler)(event, env, context);
      installation.instrumentBindings(env, context);
      const delivery = { name, event, context, receiver: HANDLERS_OBJECT };
      return installation.deliver(delivery, () => (handlers[name] as Handler)(event, env, context));
    };
    setOwn(wrapped, name, handle, true);
  }
  shareMembers(installation, worker, wrapped);
  return wrapped;
}

/**
 * Over RPC an object of handlers has its own properties; its functions get `env` and the context after what is sent. One
 * more function, of ours, takes the calls that bring the trace's context.
 */
function shareMembers(installation: Installation, worker: object, wrapped: object): void {
  const { runtime, peers } = installation;
  const run = (
    name: string,
    args: unknown[],
    [env, context]: [env: unknown, context?: HandlerContext],
    call: () => unknown,
    event?: RpcEvent,
  ) => {
    if (context === undefined || !installation.isReady(env)) return call();
    installation.instrumentBindings(env, context);
    const delivery = { name, context, receiver: HANDLERS_OBJECT };
    return runRpc(runtime, delivery, args, call, event);
  };
  const members = worker as Record<string, unknown>;
  for (const name of Object.keys(worker)) {
    if (HANDLERS.includes(name)) continue;
    const get = () => {
      const member = members[name];
      if (typeof member !== "function") return member;
      const called = (...args: unknown[]) => {
        const call = () => Reflect.apply(member, worker, args);
        return run(name, args.slice(0, -2), args.slice(-2) as [unknown, HandlerContext], call);
      };
      return lookLike(called, member);
    };
    Object.defineProperty(wrapped, name, { get, enumerable: true, configurable: true });
  }
  const carried = (given: unknown[], env: unknown, context: HandlerContext) => {
    // What is said of propagation may lie in `env`.
    installation.isReady(env);
    return answerCarried(runtime, given, answerOfHandlers(worker, env, context), (name, args, call, event) =>
      run(name, args, [env, context], () => peers.whenKnown(call), event),
    );
  };
  // Enumerable: wrangler's middleware spreads the object that it stands before.
  setOwn(wrapped, RPC_METHOD, carried, true);
}

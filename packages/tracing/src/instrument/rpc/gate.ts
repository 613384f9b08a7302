// Where calls over RPC arrive that bring the trace's context: a method of instrumented classes and objects of handlers. It
// gives what the runtime would give of a plain call, and refuses what that refuses, in the same words.
import type { Runtime } from "../../runtime.ts";
import type { RpcEvent } from "../handlers/event.ts";
import { missing, notCallable, PLAINLY, parseContext, RESERVED, type RpcOperation } from "./path.ts";

/** What a plain call of the callee comes to, or the reading of a property. */
export interface Answer {
  (name: string, operation: RpcOperation, args: unknown[]): unknown;
  /** Whether the runtime would count the arguments of a call, and refuse it. */
  refuses?: (name: string, args: unknown[]) => boolean;
}

/** Runs what is called as an event of the callee. */
export type Deliver = (name: string, args: unknown[], call: () => unknown, event: RpcEvent) => unknown;

/** Without arguments it only says that it is there. */
export function answerCarried(
  runtime: Runtime,
  [context, member, ...args]: unknown[],
  answer: Answer,
  deliver: Deliver,
): unknown {
  if (context === undefined) return true;
  const incoming = runtime.isConfigured ? runtime.config.propagation.incoming : "ignore";
  const event = parseContext(String(context), incoming);
  const name = String(member);
  if (event.operation === "call" && answer.refuses?.(name, args)) throw new TypeError(PLAINLY);
  return deliver(name, args, () => answer(name, event.operation, args), event);
}

/** A class has over RPC what its prototypes have, less what all objects have. */
export function answerOfInstance(self: object): Answer {
  return (name, operation, args) => {
    if (RESERVED.test(name) || Object.hasOwn(self, name)) throw missing(name);
    const value = (self as Record<string, unknown>)[name];
    if (value === (Object.prototype as unknown as Record<string, unknown>)[name]) throw missing(name);
    if (operation !== "call") return value;
    if (typeof value !== "function") throw notCallable(name);
    return Reflect.apply(value, self, args);
  };
}

/** An object of handlers has its own members. Its functions take one argument, and get `env` and the context after it. */
export function answerOfHandlers(worker: object, env: unknown, context: unknown): Answer {
  const members = worker as Record<string, unknown>;
  const answer: Answer = (name, operation, args) => {
    if (RESERVED.test(name) || !Object.hasOwn(worker, name)) throw missing(name);
    const value = members[name];
    if (operation !== "call") return value;
    if (typeof value !== "function") throw notCallable(name);
    return Reflect.apply(value, worker, [...args, env, context]);
  };
  answer.refuses = (name, args) => {
    const value = Object.hasOwn(worker, name) ? members[name] : undefined;
    return typeof value === "function" && (args.length !== 1 || value.length > 3);
  };
  return answer;
}

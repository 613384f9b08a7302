// Where calls over RPC arrive that bring the trace's context: a method of instrumented classes and objects of handlers. It
// gives what the runtime would give of a plain call, and refuses what that refuses, in the same words.
import type { Runtime } from "../../runtime.ts";
import { ancestryOf, type Class } from "../construction.ts";
import type { RpcEvent } from "../handlers/event.ts";
import { hasAllMembers } from "./members.ts";
import { missing, notCallable, PLAINLY, parseContext, RESERVED, type RpcOperation } from "./path.ts";

/** What a plain call of the callee comes to, or the reading of a property: of a member, or of members of members. */
export interface Answer {
  (path: string[], operation: RpcOperation, args: unknown[]): unknown;
  /** Whether the runtime would count the arguments of a call, and might refuse it. */
  refuses?: (path: string[], args: unknown[]) => boolean;
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
  const path = [member].flat().map(String);
  if (event.operation === "call" && answer.refuses?.(path, args)) throw new TypeError(PLAINLY);
  return deliver(path.join("."), args, () => answer(path, event.operation, args), event);
}

/** A class has over RPC what its prototypes have, less what all objects have. */
export const answerOfInstance = (self: object): Answer => answerOf(self, false);

/** An object of handlers has its own members. Its functions take one argument, and get `env` and the context after it. */
export function answerOfHandlers(worker: object, env: unknown, context: unknown): Answer {
  const answer = answerOf(worker, true, [env, context]);
  answer.refuses = (path, args) => {
    const [name = ""] = path;
    const value = Object.hasOwn(worker, name) ? (worker as Record<string, unknown>)[name] : undefined;
    return path.length > 1 || (typeof value === "function" && (args.length !== 1 || value.length > 3));
  };
  return answer;
}

/** Of an object whose members are its own, or those of its class. Functions get `more` after their arguments. */
function answerOf(target: object, isOwn: boolean, more: unknown[] = []): Answer {
  return (path, operation, args) => {
    const [value, holder] = find(target, path, isOwn);
    if (operation !== "call") return value;
    if (typeof value !== "function") throw notCallable(path.join("."));
    return Reflect.apply(value, holder, [...args, ...more]);
  };
}

/** The member at the end of `path`, and what it is a member of. `isOwn`: `holder` has own ones, else inherited ones. */
function find(
  holder: object,
  [name = "", ...deeper]: string[],
  isOwn: boolean,
): [value: unknown, holder: object] {
  if (RESERVED.test(name) || Object.hasOwn(holder, name) !== isOwn) throw missing(name);
  const value = (holder as Record<string, unknown>)[name];
  if (!isOwn && value === (Object.prototype as unknown as Record<string, unknown>)[name]) throw missing(name);
  if (deeper.length === 0) return [value, holder];
  // Functions and plain objects have their own members, targets those of their classes; stubs have all, and others none.
  if (!(value instanceof Object)) throw missing(name);
  const isStub = hasAllMembers(value);
  const hasOwn = typeof value === "function" || Object.getPrototypeOf(value) === Object.prototype;
  if (!isStub && !hasOwn && ancestryOf(value.constructor as Class).base === undefined) throw missing(name);
  return find(value, deeper, hasOwn && !isStub);
}

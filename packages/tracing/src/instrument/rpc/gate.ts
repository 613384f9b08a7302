// Where calls over RPC arrive that bring the trace's context: a method of instrumented classes. It gives what the runtime
// would give of a plain call, and refuses what that refuses, in the same words.
import type { Runtime } from "../../runtime.ts";
import type { RpcEvent } from "../handlers/event.ts";
import { missing, notCallable, parseContext, RESERVED } from "./path.ts";

/** Runs what is called as an event of the instance. */
export type Deliver = (name: string, args: unknown[], call: () => unknown, event: RpcEvent) => unknown;

/** Without arguments it only says that it is there. */
export function answerCarried(
  self: object,
  runtime: Runtime,
  [context, member, ...args]: unknown[],
  deliver: Deliver,
): unknown {
  if (context === undefined) return true;
  const event = parseContext(String(context), runtime.config.propagation.incoming);
  const name = String(member);
  const call = (): unknown => {
    // A class has over RPC what its prototypes have, less what all objects have.
    if (RESERVED.test(name) || Object.hasOwn(self, name)) throw missing(name);
    const value = (self as Record<string, unknown>)[name];
    if (value === (Object.prototype as unknown as Record<string, unknown>)[name]) throw missing(name);
    if (event.operation !== "call") return value;
    if (typeof value !== "function") throw notCallable(name);
    return Reflect.apply(value, self, args);
  };
  return deliver(name, args, call, event);
}

// What the runtime calls back later, without the async context: it belongs to an invocation that may have left by then,
// and goes after it.
import type { Runtime } from "../../runtime.ts";
import { INTERNAL } from "../../span-record.ts";
import type { Lifetime } from "./lifetime.ts";
import { runCall } from "./run.ts";

/** Runs `call` as a part of the invocation of `lifetime`: what it does is below that one's root, and sent by itself. */
export function runPart<T>(runtime: Runtime, { invocation, keepAlive }: Lifetime, call: () => T): T {
  const { root, sampled, traceState, baggage } = invocation;
  const parent = { ...root.spanContext(), sampled, traceState };
  const start = { name: "", kind: INTERNAL, context: { parent, baggage }, part: "bare" as const };
  return runCall(runtime, start, { waitUntil: keepAlive }, call);
}

// Stubs of services that nobody has seen made: a program calls `ctx.exports.Name({ props })`, a function of the runtime's
// own, and finds others in the properties that it has been given so. They are met when they are first used.
import type { Runtime } from "../../runtime.ts";
import { isCalledByRuntime } from "../caller.ts";
import { instrumentOnce, shadow } from "../operation.ts";
import { isServiceStub, replaceStrangers } from "../rpc/members.ts";
import { NOBODY, peerOf } from "../rpc/peers.ts";
import { type Fetcher, instrumentFetcher } from "./fetcher.ts";

type Called = (...args: never[]) => unknown;

/** Traces the stubs that `exported`, which is one of `ctx.exports`, is going to make, and all others that are as they are. */
export function meetStrangers(runtime: Runtime, exported: Fetcher): void {
  const meet = (one: unknown, called: Called): boolean => {
    if (peerOf.has(one as Fetcher) || !isServiceStub(one)) return false;
    peerOf.set(one as Fetcher, NOBODY);
    // Bindings that are JavaScript have stubs of their own.
    if (isCalledByRuntime(called, false)) return false;
    instrumentFetcher(runtime, one as Fetcher, undefined, runtime.stranger);
    return true;
  };
  instrumentOnce(Object.getPrototypeOf(exported) as Fetcher, (prototype) => {
    replaceStrangers(exported, meet);
    shadow(prototype, "fetch", (original) => {
      const fetch: typeof original = function (this: unknown, ...args) {
        return Reflect.apply(meet(this, fetch) ? (this as Fetcher).fetch : original, this, args);
      };
      return fetch;
    });
  });
}

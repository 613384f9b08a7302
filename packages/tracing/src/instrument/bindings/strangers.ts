// Stubs of services that nobody has seen made: a program calls `ctx.exports.Name({ props })`, a function of the runtime's
// own, and finds others in the properties that it has been given so. They are met when they are first used.
import type { Runtime } from "../../runtime.ts";
import { isCalledByRuntime } from "../caller.ts";
import { instrumentOnce, shadow } from "../operation.ts";
import type { Peer } from "../rpc/calls.ts";
import { isServiceStub, replaceStrangers } from "../rpc/members.ts";
import { NOBODY, peerOf } from "../rpc/peers.ts";
import { type Fetcher, instrumentFetcher } from "./fetcher.ts";

type Called = (...args: never[]) => unknown;

/** Traces the stubs that `exported`, which is one of `ctx.exports`, is going to make, and all others that are as they are. */
export function meetStrangers(runtime: Runtime, exported: Fetcher): void {
  // One for all: where one has turned out to be another's, all are called plainly.
  const peer: Peer = {
    isInstrumented: true,
    isOwn: false,
    mayHave: (name) => [...runtime.carrying.values()].some((one) => name in one),
  };
  const meet = (one: object, called: Called): boolean => {
    if (peerOf.has(one) || !isServiceStub(one)) return false;
    peerOf.set(one, NOBODY);
    // Bindings that are JavaScript have stubs of their own.
    if (isCalledByRuntime(called, false)) return false;
    instrumentFetcher(runtime, one as Fetcher, undefined, peer);
    return true;
  };
  instrumentOnce(Object.getPrototypeOf(exported) as Fetcher, (prototype) => {
    replaceStrangers(exported, meet);
    for (const method of ["fetch", "connect"] as const) {
      shadow(prototype, method, (original) => {
        const { called } = {
          called(this: Fetcher, ...args: unknown[]): unknown {
            const own = meet(this, called) ? this[method] : original;
            return Reflect.apply(own, this, args);
          },
        };
        return called as typeof original & Called;
      });
    }
  });
}

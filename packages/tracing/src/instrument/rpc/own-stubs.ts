// Stubs that a program makes itself, of a target or a function of its own: `new RpcStub(target)`.
import { type Class, interceptNew } from "../construction.ts";
import { activeLifetime } from "../handlers/lifetime.ts";
import { installed } from "../install.ts";
import { setOwn } from "../own-property.ts";
import { Exchange } from "./exchange.ts";

/** The class in whose place it stands, with calls of the stubs traced that are made inside of an invocation, and what they run. */
export function seeStubs(RpcStub: Class): Class {
  const seeing = interceptNew(RpcStub, (args, make) => {
    const root = activeLifetime()?.invocation.root;
    if (root === undefined || installed === undefined) return make();
    const exchange = new Exchange(installed.runtime);
    // In a list: of a promise the runtime says itself that it is none of what a stub is made of.
    [args[0]] = exchange.lend(args, root);
    return exchange.follow(make());
  });
  setOwn(RpcStub.prototype as object, "constructor", seeing);
  return seeing;
}

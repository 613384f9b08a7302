// Steps between a program's classes and the platform's: one each, and none that anybody takes for a class of either.
import { expect, it } from "vitest";
import { WorkerEntrypoint } from "../workers/entrypoints.ts";
import { RpcTarget } from "../workers/rpc.ts";
import { ancestryOf, type Class, interceptSuper } from "./construction.ts";

class Lowest extends WorkerEntrypoint {}
class Derived extends Lowest {}
const classes = [Derived, Lowest] as unknown as Class[];

it("an instance is met once, however often its class is intercepted", () => {
  const met: object[] = [];
  for (let i = 0; i < 2; i++) {
    interceptSuper(Lowest as unknown as Class, (instance) => {
      met.push(instance);
      return instance;
    });
  }
  const derived = new Derived({}, {});
  expect(met).toEqual([derived]);
});

it("a step is no class of the program's", () => {
  expect(ancestryOf(Derived as unknown as Class)).toEqual({ base: "WorkerEntrypoint", classes });
});

it("what has no constructor of the platform's below it has no base", () => {
  class Mine {}
  expect(ancestryOf(Mine)).toEqual({ base: undefined, classes: [Mine] });
  class Target extends RpcTarget {}
  expect(ancestryOf(Target)).toEqual({ base: "RpcTarget", classes: [Target] });
});

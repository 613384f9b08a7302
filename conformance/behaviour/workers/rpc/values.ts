// What steps have to do with, and what they pass.
import type { Dice } from "../seeded.ts";
import { type Any, Mine, Plain, Target } from "./lent.ts";

export interface World {
  dice: Dice;
  stubs: Any[];
  env: Any;
  context: Any;
}

export const values: ((world: World) => unknown)[] = [
  () => 1,
  () => "text",
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -0,
  () => 2n ** 70n,
  () => new Date(5),
  () => /a+/gi,
  () => Object.assign([1], { length: 3 }),
  () => ({ a: { b: [1, "2"] }, u: undefined }),
  () => new Map<unknown, unknown>([["k", new Set([1])]]),
  () => new Uint8Array([1, 2, 3]),
  () => new RangeError("a value"),
  () => new Mine("a value"),
  () => Symbol("no"),
  () => ({ deep: Symbol("no") }),
  () => new Plain(),
  () => Object.create(null),
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => new Headers({ a: "b" }),
  ({ env }) => env.SERVICE,
  ({ env }) => env.OBJECTS.getByName("one"),
  ({ env }) => env.SERVICE.echo,
  ({ env }) => ({ in: env.SERVICE.value }),
  () => new Target(1),
  () => ({ inside: new Target(2), list: [new Target(3)] }),
  () => (x: number) => x + 1,
  () => ({ inside: (x: number) => x + 1 }),
  () => async function named() {},
  () => Target,
  () => Object.freeze({ frozen: () => 1 }),
  () => Object.assign(() => 1, { more: 2 }),
  () => new Map([["call", () => 1]]),
  () => new Set([{ call: () => 1 }, new Target(4)]),
  () => Object.assign([() => 1], { more: () => 2 }),
  () => Array.from({ length: 100 }, (_, i) => i),
];

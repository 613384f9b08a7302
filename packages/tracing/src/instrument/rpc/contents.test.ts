// What crosses over RPC stays what it is but for what is replaced in it, wherever that lies.
import { expect, it } from "vitest";
import { change } from "./contents.ts";

const call = () => "called";
const other = () => "other";
const replace = (one: object) => (one === call ? other : one);

it.each([
  ["itself", call, other],
  ["in an object", { a: 1, call }, { a: 1, call: other }],
  ["in a list", [1, call, null], [1, other, null]],
  ["as a map's value", new Map([["a", call]]), new Map([["a", other]])],
  ["as a map's key", new Map([[call, 1]]), new Map([[other, 1]])],
  ["in a set", new Set([1, call]), new Set([1, other])],
  [
    "deep",
    [{ a: new Map([["b", new Set([{ c: { d: [call] } }])]]) }],
    [{ a: new Map([["b", new Set([{ c: { d: [other] } }])]]) }],
  ],
  ["at the end of a long list", [...Array(500).keys(), call], [...Array(500).keys(), other]],
])("replaces what is %s, in a copy", (_, value, expected) => {
  const before = structuredCloneOf(value);
  expect(change(value, replace)).toEqual(expected);
  expect(value).toEqual(before);
});

/** Functions as they are. */
const structuredCloneOf = (value: unknown): unknown => change(value, (one) => one);

it.each<[string, unknown]>([
  ["holds nothing of the kind", { a: [new Map([[1, new Set([2])]])], date: new Date(0) }],
  ["holds it beyond many others", [...Array.from({ length: 200 }, () => ({})), call]],
  [
    "is of a class",
    new (class Own {
      call = call;
    })(),
  ],
  ["is no object", "text"],
])("gives back what %s", (_, value) => {
  expect(change(value, replace)).toBe(value);
});

it("gives back what cannot be looked at", () => {
  const broken = new Proxy(
    { call },
    {
      getPrototypeOf: () => {
        throw new Error("no");
      },
    },
  );
  expect(change(broken, replace)).toBe(broken);
});

it("keeps what is the same the same, also where it holds itself", () => {
  const shared = { call };
  const value: Record<string, unknown> = { first: shared, second: shared, call };
  value.self = [value];
  const changed = change(value, replace) as typeof value;
  expect(changed.first).toBe(changed.second);
  expect(changed.first).toEqual({ call: other });
  expect((changed.self as unknown[])[0]).toBe(changed);
});

it("does not compute what is computed", () => {
  let count = 0;
  const value = {
    call,
    get computed() {
      return ++count;
    },
  };
  const changed = change(value, replace) as typeof value;
  expect(count).toBe(0);
  expect([changed.computed, changed.call]).toEqual([1, other]);
});

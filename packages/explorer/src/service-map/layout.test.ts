import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Call, layoutMap } from "./layout.ts";

const calls = (...pairs: string[]): Call[] =>
  pairs.map((pair) => {
    const [caller = "", callee = ""] = pair.split(">");
    return { caller, callee };
  });
const columns = (list: readonly Call[]) =>
  Object.fromEntries([...layoutMap(list).places].map(([service, { column }]) => [service, column]));

describe("the map of services", () => {
  it("has requests come in at the left and go on to the right", () => {
    expect(columns(calls(">shop", "shop>bank", "shop>mail", "bank>ledger", ">mail"))).toEqual({
      "": 0,
      shop: 1,
      mail: 1,
      bank: 2,
      ledger: 3,
    });
  });

  it("begins circles somewhere", () => {
    expect(columns(calls("b>a", "a>b"))).toEqual({ a: 0, b: 1 });
  });

  it("keeps lines from crossing where they need not", () => {
    const { places } = layoutMap(calls(">a", ">b", "a>y", "b>x"));
    const row = (service: string) => places.get(service)?.row as number;
    expect(row("a") < row("b")).toBe(row("y") < row("x"));
  });

  const anyCalls = fc.array(
    fc.record({ caller: fc.constantFrom("", ..."abcdefg"), callee: fc.constantFrom(..."abcdefg") }),
    { maxLength: 40 },
  );

  it("gives every service a place of its own, whatever calls what, in whatever order", () => {
    fc.assert(
      fc.property(anyCalls, fc.integer(), (list, seed) => {
        const { places, rows, columns: width } = layoutMap(list);
        const named = new Set(list.flatMap(({ caller, callee }) => [caller, callee]));
        expect(new Set(places.keys())).toEqual(named);
        const spots = [...places.values()].map(({ column, row }) => `${column} ${row}`);
        expect(new Set(spots).size).toBe(spots.length);
        for (const { column, row } of places.values()) {
          expect(column).toBeLessThan(width);
          expect(row).toBeLessThanOrEqual(rows - 1);
          expect(row).toBeGreaterThanOrEqual(0);
        }
        const shuffled = list.toSorted((a, b) => ((a.caller + b.callee).length * seed) % 3);
        expect(layoutMap(shuffled)).toEqual(layoutMap(list));
      }),
    );
  });

  it("takes a thousand services in their stride", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `s${index >> 1}>s${index + 1}`);
    expect(layoutMap(calls(...many)).places.size).toBe(1_001);
  });
});

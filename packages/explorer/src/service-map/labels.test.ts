import fc from "fast-check";
import { expect, it } from "vitest";
import { apart, type Label } from "./labels.ts";

const labels = fc.array(
  fc.record({ x: fc.nat(400), y: fc.nat(200), width: fc.constant(80), height: fc.constantFrom(16, 32) }),
  { maxLength: 30 },
);
const overlap = (a: Label, b: Label): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2 - 1e-9;

it("lets no label lie over another, and moves them down alone", () => {
  fc.assert(
    fc.property(labels, (given) => {
      const placed = apart(given);
      placed.forEach((label, index) => {
        expect(label.x).toBe(given[index]?.x);
        expect(label.y).toBeGreaterThanOrEqual(given[index]?.y as number);
        for (const other of placed.slice(index + 1)) expect(overlap(label, other)).toBe(false);
      });
    }),
  );
});

it("leaves those alone that have room", () => {
  const two = [
    { x: 0, y: 0, width: 80, height: 16 },
    { x: 0, y: 16, width: 80, height: 16 },
    { x: 90, y: 0, width: 80, height: 16 },
  ];
  expect(apart(two)).toEqual(two);
});

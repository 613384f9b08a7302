import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxOf, coveredBoxes, groupMarkers, labelSide, markerGap, wholeRange } from "./geometry.ts";
import { nanos, pixels } from "./time.ts";

describe("boxOf", () => {
  it("puts the trace's own start and end at 0 and 1", () => {
    expect(boxOf(nanos(0), nanos(80), wholeRange(nanos(80)))).toEqual({ left: 0, width: 1 });
    expect(boxOf(nanos(20), nanos(40), wholeRange(nanos(80)))).toEqual({ left: 0.25, width: 0.5 });
  });

  it("divides by nothing in a trace of no length", () => {
    expect(boxOf(nanos(0), nanos(0), wholeRange(nanos(0)))).toEqual({ left: 0, width: 0 });
  });
});

describe("labelSide", () => {
  const axis = pixels(1_000);

  it.each([
    ["inside", { left: 0.1, width: 0.5 }],
    ["right", { left: 0.1, width: 0.01 }],
    ["left", { left: 0.95, width: 0.01 }],
  ])("%s", (side, box) => {
    expect(labelSide(box, axis, pixels(100))).toBe(side);
  });

  it("stays inside where that is wider than either side, though it is cut there", () => {
    expect(labelSide({ left: 0.2, width: 0.7 }, pixels(200), pixels(300))).toBe("inside");
    expect(labelSide({ left: 0, width: 0.5 }, pixels(100), pixels(300))).toBe("inside");
  });

  it("takes the wider side where neither has room", () => {
    expect(labelSide({ left: 0.6, width: 0.1 }, pixels(200), pixels(300))).toBe("left");
    expect(labelSide({ left: 0.2, width: 0.1 }, pixels(200), pixels(300))).toBe("right");
  });
});

describe("groupMarkers", () => {
  const times = fc
    .array(fc.nat({ max: 10_000 }), { maxLength: 300 })
    .map((all) => all.toSorted((a, b) => a - b));

  it("keeps every mark, in order, and draws none closer than the gap", () => {
    fc.assert(
      fc.property(times, (all) => {
        const groups = groupMarkers(
          all.map((time) => ({ time: nanos(time) })),
          wholeRange(nanos(10_000)),
          markerGap(pixels(5_000)),
        );
        expect(groups.flatMap((group) => group.items.map((item) => item.time))).toEqual(all);
        groups.slice(1).forEach((group, index) => {
          expect(group.left - (groups[index]?.left as number)).toBeGreaterThanOrEqual(0.002);
        });
      }),
    );
  });

  it("draws none over another on a narrow axis", () => {
    const all = [0, 50, 139, 140, 5_000].map((time) => ({ time: nanos(time) }));
    const groups = groupMarkers(all, wholeRange(nanos(10_000)), markerGap(pixels(500)));
    expect(groups.map(({ items }) => items.length)).toEqual([3, 1, 1]);
  });
});

describe("coveredBoxes", () => {
  const range = { start: nanos(100), end: nanos(200) };
  const stretch = (start: number, end: number) => ({ start: nanos(start), end: nanos(end) });

  it("has what lies in the range, cut at its ends, and joins what is close", () => {
    const stretches = [
      stretch(0, 50),
      stretch(90, 110),
      stretch(111, 120),
      stretch(150, 300),
      stretch(300, 400),
    ];
    expect(coveredBoxes(stretches, range, 0.05)).toEqual([
      { left: 0, width: 0.2 },
      { left: 0.5, width: 0.5 },
    ]);
  });

  it("draws no more boxes than there is room for, however many stretches there are", () => {
    const many = Array.from({ length: 50_000 }, (_, index) =>
      stretch(100 + index / 500, 100 + (index + 0.5) / 500),
    );
    expect(coveredBoxes(many, range, 0.01).length).toBeLessThanOrEqual(100);
  });
});

import { expect, it } from "vitest";
import { madeUpSpan } from "./made-up.fixture.ts";
import { nanos } from "./time.ts";
import { buildTree } from "./tree.ts";
import { warningsOf } from "./warnings.ts";

it("says what the sender and what the trace say", () => {
  const tree = buildTree([
    madeUpSpan({
      spanId: "2",
      parentSpanId: "1",
      droppedSpans: 1,
      droppedAttributes: 1_200,
      attributes: [
        { key: "cloudflare.warning.message", value: { type: "string", value: "too much: a (70 kB)" } },
      ],
    }),
    madeUpSpan({ spanId: "1", start: nanos(5_000) }),
    madeUpSpan({ spanId: "3", parentSpanId: "9", isUnfinished: true, isEndMissing: true }),
  ]);
  expect([0, 1, 2].map((position) => warningsOf(tree, position))).toEqual([
    [],
    [
      "too much: a (70 kB)",
      "Begins 5 µs before its parent: their clocks differ",
      "Dropped by the sender: 1 span, 1,200 attributes",
    ],
    [
      "Its parent is not in the trace: not yet arrived, or dropped",
      "Still open when its invocation ended: it took at least this long",
      "Its end is not set, or lies before its start",
    ],
  ]);
  expect(warningsOf(tree, 7)).toEqual([]);
});

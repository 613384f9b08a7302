// The columns behind spans: what is put in a row comes out of it, whatever else is in the table.
import fc from "fast-check";
import { expect, it } from "vitest";
import { INTERNAL } from "./span-record.ts";
import { SpanTable } from "./span-table.ts";

it("gives back every span's own attributes, times and parent, in the order they came", () => {
  const row = fc.record({
    parent: fc.nat(),
    start: fc.nat(),
    attributes: fc.array(fc.tuple(fc.string(), fc.oneof(fc.string(), fc.double(), fc.boolean())), {
      maxLength: 4,
    }),
    isClosed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 60 }), (rows) => {
      const table = new SpanTable();
      for (const [i, { parent, start }] of rows.entries()) {
        expect(table.open(i === 0 ? -1 : parent % i, `s${i}`, INTERNAL, start)).toBe(i);
      }
      // Attributes arrive interleaved: one of each span, then the next of each.
      for (let n = 0; n < 4; n++) {
        for (const [i, { attributes }] of rows.entries()) {
          const attribute = attributes[n];
          if (attribute) table.setAttribute(i, ...attribute);
        }
      }
      for (const [i, { start, isClosed }] of rows.entries()) if (isClosed) table.close(i, start + 1);

      expect([...table.records()]).toEqual(
        rows.map(({ parent, start, attributes, isClosed }, i) => ({
          index: i,
          parentIndex: i === 0 ? -1 : parent % i,
          name: `s${i}`,
          kind: INTERNAL,
          start,
          end: isClosed ? start + 1 : Number.NaN,
          attributes: attributes.flat(),
          events: [],
          droppedEvents: 0,
          status: { code: "unset" },
        })),
      );
      for (const [i, { isClosed }] of rows.entries()) expect(table.isOpen(i)).toBe(!isClosed);
    }),
  );
});

it("counts bytes past any limit without wrapping", () => {
  const table = new SpanTable();
  table.open(-1, "s", INTERNAL, 0);
  expect(table.addBytes(0, 2 ** 31)).toBe(2 ** 31 - 1);
  expect(table.addBytes(0, 1)).toBe(2 ** 31 - 1);
});

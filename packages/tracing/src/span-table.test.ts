// The columns behind spans: what is put in a row comes out of it, whatever else is in the table.
import fc from "fast-check";
import { expect, it } from "vitest";
import { createHost } from "./hosts/standard.ts";
import { Memory } from "./memory.ts";
import { mostBytesOf } from "./span-bytes.ts";
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
      const table = new SpanTable(new Memory(createHost()));
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
          droppedAttributes: 0,
          links: [],
          droppedLinks: 0,
          scope: undefined,
          status: { code: "unset" },
        })),
      );
      for (const [i, { isClosed }] of rows.entries()) expect(table.isOpen(i)).toBe(!isClosed);
    }),
  );
});

it("counts bytes past any limit without wrapping", () => {
  const table = new SpanTable(new Memory(createHost()));
  table.open(-1, "s", INTERNAL, 0);
  expect(table.addBytes(0, 2 ** 31)).toBe(2 ** 31);
  expect(table.addBytes(0, 1)).toBe(2 ** 31 + 1);
});

it("counts exactly what was added uncounted, and nothing of ours", () => {
  const attribute = fc.record({
    span: fc.nat(1),
    key: fc.string({ unit: "grapheme", maxLength: 4 }),
    value: fc.oneof(fc.string({ unit: "grapheme", maxLength: 8 }), fc.double(), fc.boolean()),
    isOurs: fc.boolean(),
    event: fc.option(fc.nat(100)),
  });
  const bytesOf = (text: string) => new TextEncoder().encode(text).length;
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 40 }), fc.nat(100), (attributes, more) => {
      const table = new SpanTable(new Memory(createHost()));
      table.open(-1, "root", INTERNAL, 0);
      table.open(0, "child", INTERNAL, 0);
      const expected = [0, 0];
      for (const { span, key, value, isOurs, event } of attributes) {
        if (event !== null) {
          expect(table.addOther(span, event, Number.MAX_SAFE_INTEGER)).toBe(true);
          expected[span] = (expected[span] as number) + event;
        }
        if (isOurs) {
          table.setAttribute(span, key, value);
          continue;
        }
        expect(table.addUncounted(span, mostBytesOf(key, value), Number.MAX_SAFE_INTEGER)).toBe(true);
        table.setCounted(span, key, value);
        expected[span] =
          (expected[span] as number) + bytesOf(key) + (typeof value === "string" ? bytesOf(value) : 8);
      }
      for (const span of [0, 1]) {
        expect(table.bytesOf(span)).toBe(expected[span]);
        expect(table.addBytes(span, more)).toBe((expected[span] as number) + more);
        expect(table.addUncounted(span, 0, Number.MAX_SAFE_INTEGER)).toBe(false);
      }
    }),
  );
});

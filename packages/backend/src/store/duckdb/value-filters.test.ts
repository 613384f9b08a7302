// What a filter says of values: never that one is missing which is there, seldom the opposite.

import fc from "fast-check";
import { expect, test } from "vitest";
import { DistinctValues, type Filters, placeOf, textHash } from "./value-filters.ts";

const hashOf = (text: string) => {
  const bytes = Buffer.from(text);
  return textHash(bytes, 0, bytes.length);
};

function mayHave(
  { rows, keyIds, part, parts, starts, words }: Filters,
  keyId: number,
  text: string,
): boolean {
  const place = placeOf(hashOf(text));
  for (let row = 0; row < rows; row++) {
    if (keyIds[row] !== keyId || part[row] !== place.part % (parts[row] as number)) continue;
    const filter = words.subarray(starts[row], starts[row + 1]);
    return place.probes.every(({ word, bit }) => ((filter[word % filter.length] as number) & bit) !== 0);
  }
  return false;
}

test("every value is there, under its key and in every block anew", () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.string({ unit: "binary" })));
  const values = new DistinctValues();
  fc.assert(
    fc.property(pairs, (added) => {
      for (const [keyId, text] of added) values.add(keyId, hashOf(text));
      const filters = values.filters();
      const distinct = new Set(added.map(([keyId]) => keyId));
      expect([...new Set(filters.keyIds)]).toEqual([...distinct].sort((a, b) => a - b));
      for (const [keyId, text] of added) expect(mayHave(filters, keyId, text)).toBe(true);
      values.clear();
    }),
  );
});

test.each([1, 2, 5, 100, 1_000, 8_192, 10_000])(
  "of %i values each takes 8 to 16 bits, and few others seem to be there",
  (count) => {
    const values = new DistinctValues();
    for (let at = 0; at < count; at++)
      for (const twice of [1, 2]) values.add(7 * twice, hashOf(`user-${at}`));
    expect(values.size).toBe(2 * count);
    const filters = values.filters();
    const words = filters.words.length / 2;
    expect(words).toBeGreaterThanOrEqual((count * 8) / 32);
    expect(words).toBeLessThan(Math.max(2, (count * 16) / 32));
    let wrong = 0;
    for (let at = 0; at < 10_000; at++) if (mayHave(filters, 7, `other-${at}`)) wrong++;
    expect(wrong).toBeLessThan(400);
  },
);

test("long texts are told apart by either end and by their length", () => {
  const long = "x".repeat(1_000);
  const hashes = [long, `${long}x`, `a${long.slice(1)}`, `${long.slice(1)}a`].map(hashOf);
  expect(new Set(hashes).size).toBe(4);
});

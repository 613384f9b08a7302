// What is written into DuckDB's memory is what DuckDB reads: texts around the length that fits in place, NULLs, lists,
// chunk after chunk in the same memory.

import { BIGINT, DuckDBInstance, LIST, UINTEGER, VARCHAR } from "@duckdb/node-api";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { CHUNK_ROWS, ENTRY_WORDS, RawChunk, TEXT_WORDS, TextColumn, TextHolder } from "./raw-chunk.ts";

const text = fc.oneof(
  fc.string({ maxLength: 16 }),
  fc.constantFrom("", "x".repeat(12), "x".repeat(13), "ü".repeat(6), "ü".repeat(7), "long ".repeat(50)),
);
const row = fc.record({ text: fc.option(text), list: fc.array(text, { maxLength: 4 }) });

test("texts and lists of texts come back as they were", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  onTestFinished(() => {
    connection.closeSync();
    instance.closeSync();
  });
  await connection.run("CREATE TABLE rows (text VARCHAR, list VARCHAR[])");
  const chunk = new RawChunk([VARCHAR, LIST(VARCHAR)]);
  const holder = new TextHolder();
  const texts = new TextColumn();
  const items = new TextColumn(1);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
      const all = Buffer.from(rows.map(({ text, list }) => (text ?? "") + list.join("")).join(""));
      const held = holder.hold(all);
      const entries = new Uint32Array(CHUNK_ROWS * ENTRY_WORDS);
      let at = 0;
      let count = 0;
      rows.forEach(({ text, list }, index) => {
        const length = Buffer.byteLength(text ?? "");
        if (text === null) texts.setNull(index);
        else texts.set(index, held, at, length);
        at += length;
        entries[index * ENTRY_WORDS] = count;
        entries[index * ENTRY_WORDS + 2] = list.length;
        for (const item of list) {
          items.reserve(count + 1);
          items.set(count++, held, at, Buffer.byteLength(item));
          at += Buffer.byteLength(item);
        }
      });
      chunk.begin(rows.length);
      chunk.fillTexts(0, texts, rows.length);
      texts.clearNulls();
      chunk.fillList(1, entries, rows.length, items.words, TEXT_WORDS, count);
      await connection.run("TRUNCATE rows");
      const appender = await connection.createAppender("rows");
      chunk.appendTo(appender);
      holder.release();
      appender.closeSync();
      const stored = await connection.runAndReadAll("SELECT text, to_json(list)::VARCHAR FROM rows");
      expect(stored.getRows().map(([text, list]) => ({ text, list: JSON.parse(list as string) }))).toEqual(
        rows,
      );
    }),
    { numRuns: 150 },
  );
});

test("numbers fill whole chunks", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  onTestFinished(() => {
    connection.closeSync();
    instance.closeSync();
  });
  await connection.run("CREATE TABLE rows (small UINTEGER, large BIGINT)");
  const chunk = new RawChunk([UINTEGER, BIGINT]);
  const small = Uint32Array.from({ length: CHUNK_ROWS }, (_, at) => at);
  const large = Uint32Array.from({ length: CHUNK_ROWS * 2 }, (_, at) => (at % 2 ? 1 : at / 2));
  chunk.begin(CHUNK_ROWS);
  chunk.fill(0, small, CHUNK_ROWS);
  chunk.fill(1, large, CHUNK_ROWS * 2);
  const appender = await connection.createAppender("rows");
  chunk.appendTo(appender);
  appender.closeSync();
  const sums = await connection.runAndReadAll(
    "SELECT count(*), count(*) FILTER (large = small::BIGINT + 4294967296) FROM rows",
  );
  expect(sums.getRows()).toEqual([[BigInt(CHUNK_ROWS), BigInt(CHUNK_ROWS)]]);
});

test("an address runs over into its high word", () => {
  const column = new TextColumn(1);
  const bytes = Buffer.alloc(100, "abcdefghij");
  column.set(0, { bytes, low: 0xfffffff0, high: 5 }, 0x20, 20);
  expect([...column.words]).toEqual([20, Buffer.from("cdef").readUInt32LE(), 0x10, 6]);
});

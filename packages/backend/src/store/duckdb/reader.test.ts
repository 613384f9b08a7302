// Statements that are kept see what has been stored since, whatever their values' types.

import { DuckDBInstance } from "@duckdb/node-api";
import { expect, onTestFinished, test } from "vitest";
import { Params } from "./params.ts";
import { Reader } from "./reader.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";

/** No statistics of rows whose `n` is 1 allow a row to pass, so a plan of then finds nothing for ever. */
const LATER = (test: string) => `SELECT n FROM t e WHERE n > 1 AND ${test}`;

async function opened() {
  const instance = await DuckDBInstance.create(":memory:");
  const writer = await instance.connect();
  const reader = await Reader.open(instance);
  onTestFinished(() => {
    reader.close();
    writer.closeSync();
    instance.closeSync();
  });
  await writer.run(
    "CREATE TABLE t (n BIGINT NOT NULL, id UUID, small UINTEGER, large UBIGINT, name VARCHAR)",
  );
  const store = (n: number) => writer.run(`INSERT INTO t VALUES (${n}, '${ID}', 7, 8, 'a')`);
  return { reader, store };
}

test.each<[string, (params: Params) => string]>([
  ["nothing", () => "name = 'a'"],
  ["a text", (params) => `name = ${params.text("a")}`],
  ["an integer", (params) => `n < ${params.bigint(9)}`],
  ["a number", (params) => `n::DOUBLE < ${params.number(9.5)}`],
  ["a truth", (params) => `(name = 'a') = ${params.boolean(true)}`],
  ["an id", (params) => `small = ${params.id(7)}`],
  ["a span's id", (params) => `large = ${params.spanId("0000000000000008")}`],
  ["a trace's id", (params) => `id = ${params.uuid(ID)}`],
  ["trace ids", (params) => `list_contains(${params.uuids([ID])}, id)`],
  ["ids to join with", (params) => `small IN (SELECT unnest(${params.ids([7])}))`],
  ["a limit", (params) => `TRUE LIMIT ${params.bigint(5)}`],
])("a statement with %s finds rows that came after it was asked first", async (_, testOf) => {
  const { reader, store } = await opened();
  const found = async () => {
    const params = new Params();
    return (await reader.all<{ n: bigint }>(LATER(testOf(params)), params)).map(({ n }) => n);
  };
  expect(await found()).toEqual([]);
  await store(1);
  expect(await found()).toEqual([]);
  await store(2);
  expect(await found()).toEqual([2n]);
});

test("answers of many chunks come whole and in order", async () => {
  const { reader } = await opened();
  const params = new Params();
  const rows = await reader.all<{ n: bigint }>(
    `SELECT range AS n FROM range(${params.bigint(20_000)})`,
    params,
  );
  expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 20_000 }, (_, at) => at));
});

test("more statements than are kept are answered, and one that failed can be asked again", async () => {
  const { reader, store } = await opened();
  await store(3);
  for (const round of [1, 2]) {
    for (let at = 0; at < 100; at++) {
      const params = new Params();
      const [row] = await reader.all<{ n: bigint }>(
        `SELECT n + ${at} AS n FROM t WHERE n > ${params.bigint(round)}`,
        params,
      );
      expect(row?.n).toBe(BigInt(3 + at));
    }
  }
  const failing = (text: string) => {
    const params = new Params();
    return reader.all(`SELECT ${params.text(text)}::INTEGER AS n`, params);
  };
  expect(await failing("1")).toEqual([{ n: 1 }]);
  await expect(failing("x")).rejects.toThrow("Conversion Error");
  expect(await failing("2")).toEqual([{ n: 2 }]);
});

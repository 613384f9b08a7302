// LIKE and ILIKE by the macros: what DuckDB's own say, and soon where those take minutes.

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATTERN_MACROS } from "./patterns.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  for (const macro of PATTERN_MACROS) await connection.run(macro);
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function rowOf(sql: string, values: Array<string | null> = []): Promise<unknown[]> {
  return (await connection.runAndReadAll(sql, values)).getRows()[0] ?? [];
}

const CHARACTERS = ["a", "A", "b", "%", "_", "\\", ".", "*", "(", "[", "$", "\n", "é", "🙂", "'"];
const texts = fc.option(
  fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 7 }).map((some) => some.join("")),
  {
    freq: 20,
  },
);

test("mean the same, and are named the same", async () => {
  await fc.assert(
    fc.asyncProperty(texts, texts, async (text, pattern) => {
      const own = ["~~", "!~~", "~~*", "!~~*"].map((operator) => `system.main."${operator}"(t, p)`);
      const from = "FROM (SELECT $1::VARCHAR AS t, $2::VARCHAR AS p)";
      const values = [text, pattern];
      const expected = await rowOf(`SELECT ${own.join(", ")} ${from}`, values);
      expect(await rowOf(`SELECT t LIKE p, t NOT LIKE p, t ILIKE p, t NOT ILIKE p ${from}`, values)).toEqual(
        expected,
      );
    }),
    { numRuns: 500 },
  );
  const named = await connection.runAndReadAll("SELECT 'a' LIKE '_', 'a' NOT ILIKE 'b%c'");
  expect(named.columnNames()).toEqual(["('a' ~~ '_')", "('a' !~~* 'b%c')"]);
});

test.each(["LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE"])(
  "%s of many wildcards takes no time",
  async (operator) => {
    const text = "(SELECT string_agg('a', '') FROM range(10000))";
    for (const part of ["%a_", "%a", "_%"]) {
      const [found] = await rowOf(`SELECT ${text} ${operator} '${part.repeat(50)}%b'`);
      expect(found).toBe(operator.startsWith("NOT"));
    }
  },
);

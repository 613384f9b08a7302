// Lookups in maps that are put otherwise: the same rows under the same names, and left alone where it is not certain.

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, expect, test } from "vitest";
import { withFastLookups } from "./lookups.ts";

let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`CREATE VIEW spans AS SELECT *, map(attribute_keys, attribute_values) AS attributes,
    map(['k'], ['of the resource']) AS resource FROM (VALUES
      ('a', 1, ['k', 'it''s'], ['v', 'quoted']), ('b', 2, ['other', 'k'], ['x', 'w']), ('c', 3, ['n'], ['7']), ('d', 4, [], [])
    ) t(name, n, attribute_keys, attribute_values)`);
  await connection.run("CREATE VIEW logs AS SELECT * FROM spans");
});

async function rowsOf(sql: string) {
  const read = await connection.runAndReadAll(sql);
  return { names: read.columnNames(), rows: read.getRows() };
}

async function fastOf(sql: string): Promise<string | undefined> {
  const tree = (
    await connection.runAndReadAll("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", [sql])
  ).getRows();
  const fast = withFastLookups(String(tree[0]?.[0]), ["spans", "logs"]);
  if (fast === undefined) return undefined;
  const text = await connection.runAndReadAll("SELECT json_deserialize_sql(?::JSON)", [fast]);
  return String(text.getRows()[0]?.[0]);
}

test.each([
  "SELECT name FROM spans WHERE attributes['k'] = 'v' AND n < 1700000000000000001 ORDER BY name",
  "SELECT name FROM spans WHERE attributes['k'] IS NULL ORDER BY name",
  "SELECT attributes['k'], ATTRIBUTES['it''s'], count(*) FROM spans GROUP BY ALL ORDER BY 1, 2",
  "SELECT s.attributes['k'] AS k, max(n) FROM spans s GROUP BY s.attributes['k'] ORDER BY s.attributes['k']",
  "SELECT attributes['n']::INT + 1 AS n FROM spans WHERE attributes['n'] IS NOT NULL",
  "SELECT name, lower(attributes['k']) FROM spans WHERE attributes['k'] IN ('v', 'w') ORDER BY n",
  "SELECT a.name FROM spans a JOIN logs b ON a.n = b.n WHERE b.attributes['k'] = 'w'",
  "WITH found AS (SELECT * FROM spans WHERE attributes['k'] = 'w') SELECT name FROM found",
  "SELECT name FROM logs WHERE n = (SELECT max(n) FROM spans WHERE attributes['k'] = 'w')",
  "SELECT name FROM spans WHERE attributes['k'] = 'v' UNION ALL SELECT name FROM logs WHERE attributes['k'] = 'w'",
  "FROM spans SELECT name, n WHERE (attributes['k'] || 'x') LIKE '_x' ORDER BY n DESC LIMIT 1",
  "SELECT name FROM spans QUALIFY row_number() OVER (PARTITION BY attributes['k'] IS NULL ORDER BY n) = 1 ORDER BY n",
])("%s", async (sql) => {
  const fast = await fastOf(sql);
  expect(fast).toContain("list_position");
  expect(await rowsOf(fast as string)).toEqual(await rowsOf(sql));
});

test.each([
  ["of a resource", "SELECT name FROM spans WHERE resource['k'] = 'x'"],
  ["without a lookup", "SELECT attributes FROM spans"],
  ["of a key that is not a text", "SELECT name FROM spans WHERE attributes[name] = 'x'"],
  [
    "of another column of that name",
    "SELECT s.attributes['k'] FROM (SELECT resource AS attributes FROM spans) s",
  ],
  ["by an alias of that name", "SELECT resource AS attributes FROM spans ORDER BY attributes['k']"],
  [
    "of what hides a view",
    "WITH spans AS (SELECT map(['k'], ['z']) AS attributes) SELECT attributes['k'] FROM spans",
  ],
  ["of other names for the columns", "SELECT attributes['k'] FROM spans AS s(a, b, c, d, attributes)"],
  [
    "of a lambda's parameter",
    "SELECT list_transform([resource], lambda attributes: attributes['k']) FROM spans",
  ],
  ["of a query around", "SELECT name FROM spans s WHERE (SELECT s.attributes['k'] FROM (SELECT 1)) = 'v'"],
  [
    "under a name of its own text",
    "SELECT lower(attributes['k']) FROM spans GROUP BY lower(attributes['k'])",
  ],
])("%s: left alone", async (_, sql) => {
  expect(await fastOf(sql)).toBeUndefined();
});

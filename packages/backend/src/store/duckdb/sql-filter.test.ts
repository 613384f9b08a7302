// The SQL that filters become, word for word: values are bound, unknown keys decide without rows.

import { expect, test } from "vitest";
import { ALL_TIME, type ConditionGroup, type Needle } from "../filter.ts";
import { KeyDictionary } from "./key-dictionary.ts";
import { whereClause } from "./sql-filter.ts";

const keys = new KeyDictionary();
keys.add({ id: 1, place: "span", type: "s", key: "tenant" });
keys.add({ id: 2, place: "span", type: "i", key: "tenant" });
keys.add({ id: 3, place: "resource", type: "s", key: "region" });

const compiled = (table: "spans" | "logs", conditions: ConditionGroup["conditions"], needle?: Needle) => {
  const filter = {
    ...ALL_TIME,
    conditions: { combine: "all" as const, conditions },
    ...(needle && { needle }),
  };
  const { from, where, params } = whereClause(filter, table, keys);
  return `${from} WHERE ${where} -- ${params.values.slice(2).join(", ")}`;
};

test("an attribute of several types, negated", () => {
  const sql = compiled("spans", [
    { field: { attributes: ["tenant"] }, operation: "neq", type: "string", value: "o'x" },
  ]);
  expect(sql).toMatchInlineSnapshot(
    `"spans e WHERE e.start_unix_nano >= $1 AND e.start_unix_nano < $2 AND (NOT coalesce(coalesce(e.attribute_values[list_position(e.attribute_ids, $3)], e.attribute_values[list_position(e.attribute_ids, $4)]) = $5, FALSE)) -- 1, 2, o'x"`,
  );
});

test("a number reads only the numeric type", () => {
  const sql = compiled("spans", [
    { field: { attributes: ["tenant"] }, operation: "gt", type: "number", value: 5 },
  ]);
  expect(sql).toMatchInlineSnapshot(
    `"spans e WHERE e.start_unix_nano >= $1 AND e.start_unix_nano < $2 AND (coalesce(TRY_CAST(e.attribute_values[list_position(e.attribute_ids, $3)] AS DOUBLE) > $4, FALSE)) -- 2, 5"`,
  );
});

test("spans alone are looked for in the blocks that may hold them, where these are known", () => {
  const conditions = [{ field: { attributes: ["tenant"] }, operation: "exists" as const }];
  const filter = {
    ...ALL_TIME,
    conditions: { combine: "all" as const, conditions },
    blocks: { last: 9, blocks: [2, 7] },
  };
  expect(whereClause(filter, "spans", keys).where).toMatchInlineSnapshot(
    `"e.start_unix_nano >= $1 AND e.start_unix_nano < $2 AND (e.block IS NULL OR e.block > $3 OR list_contains($4, e.block)) AND ((coalesce(e.attribute_values[list_position(e.attribute_ids, $5)], e.attribute_values[list_position(e.attribute_ids, $6)]) IS NOT NULL))"`,
  );
  expect(whereClause(filter, "logs", keys).where).toMatchInlineSnapshot(
    `"e.at_unix_nano >= $1 AND e.at_unix_nano < $2 AND (FALSE)"`,
  );
});

test("an attribute of the resource joins it", () => {
  const sql = compiled("logs", [
    { field: { attributes: ["region"] }, operation: "in", type: "string", values: ["a", "b"] },
  ]);
  expect(sql).toMatchInlineSnapshot(
    `"logs e JOIN resources r ON r.id = e.resource_id WHERE e.at_unix_nano >= $1 AND e.at_unix_nano < $2 AND (coalesce(r.attribute_values[list_position(r.attribute_ids, $3)] IN ($4, $5), FALSE)) -- 3, a, b"`,
  );
});

test("unknown keys and properties of the other table read nothing", () => {
  const sql = compiled("logs", [
    { field: { attributes: ["nobody"] }, operation: "eq", type: "string", value: "x" },
    { field: { property: "spanName" }, operation: "not_includes", value: "x" },
  ]);
  expect(sql).toMatchInlineSnapshot(
    `"logs e WHERE e.at_unix_nano >= $1 AND e.at_unix_nano < $2 AND (FALSE AND NOT FALSE) -- "`,
  );
});

test("groups and full text", () => {
  const group: ConditionGroup = {
    combine: "any",
    conditions: [
      {
        field: { property: "traceId" },
        operation: "eq",
        type: "string",
        value: "4bf92f3577b34da6a3ce929d0e0e4736",
      },
      { field: { property: "durationMs" }, operation: "gte", type: "number", value: 1.5 },
    ],
  };
  expect(
    compiled("spans", [group], { value: "a b", isRegex: false, matchCase: false }),
  ).toMatchInlineSnapshot(
    `"spans e WHERE e.start_unix_nano >= $1 AND e.start_unix_nano < $2 AND ((coalesce(e.trace_id = $3::UUID, FALSE) OR coalesce(((e.end_unix_nano - e.start_unix_nano) // 1000000 + (e.end_unix_nano - e.start_unix_nano) % 1000000 / 1e6) >= $4, FALSE))) AND (coalesce(contains(lower(e.name), lower($5)), FALSE) OR coalesce(contains(lower(e.error), lower($5)), FALSE) OR coalesce(contains(lower(array_to_string(e.attribute_values, chr(31))), lower($5)), FALSE) OR coalesce(contains(lower(e.events), lower($5)), FALSE) OR e.resource_id IN (SELECT id FROM resources WHERE contains(lower(array_to_string(attribute_values, chr(31))), lower($5)))) -- 4bf92f3577b34da6a3ce929d0e0e4736, 1.5, a b"`,
  );
});

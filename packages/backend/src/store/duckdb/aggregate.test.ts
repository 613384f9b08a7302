// The SQL that calculations become, word for word: values are bound, both tables have the same columns.

import { expect, test } from "vitest";
import type { AggregateQuery } from "../aggregate.ts";
import { ALL_TIME } from "../filter.ts";
import { aggregateSql } from "./aggregate.ts";
import { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";

const keys = new KeyDictionary();
keys.add({ id: 1, place: "span", type: "s", key: "tenant" });
keys.add({ id: 2, place: "span", type: "i", key: "size" });

const duration = { field: { property: "durationMs" }, type: "number" } as const;
const tenant = { field: { attributes: ["tenant"] }, type: "string" } as const;

const query = (parts: Partial<AggregateQuery>): AggregateQuery => ({
  where: { ...ALL_TIME, conditions: { combine: "all", conditions: [] } },
  calculations: [{ operator: "count" }],
  groupBy: [],
  limit: 10,
  ...parts,
});

test("groups by time and attribute: quantiles of a column share one list", () => {
  const asked = query({
    calculations: [
      { operator: "quantile", quantile: 0.5, ...duration },
      { operator: "quantile", quantile: 0.99, ...duration },
      { operator: "uniq", field: { attributes: ["size"] }, type: "number" },
    ],
    groupBy: [tenant],
    groups: [["acme"], [null]],
    buckets: { startUnixNano: 5n, widthNano: 60n, count: 7 },
  });
  expect(aggregateSql(asked, keys, new Params(), undefined)).toMatchInlineSnapshot(`
    "SELECT bucket, g0, count(*) AS stored, count(*) AS estimated, (quantile_cont(v0, $13)[1]) / 1000000.0 AS c0, (quantile_cont(v0, $13)[2]) / 1000000.0 AS c1, count(DISTINCT v1) AS c2
    FROM (SELECT least((e.start_unix_nano - $3) // $4, $5) AS bucket, e.attribute_values[list_position(e.attribute_ids, $1)] AS g0, (e.end_unix_nano - e.start_unix_nano) AS v0, TRY_CAST(e.attribute_values[list_position(e.attribute_ids, $2)] AS DOUBLE) AS v1 FROM spans e WHERE e.start_unix_nano >= $6 AND e.start_unix_nano < $7
    UNION ALL SELECT least((e.at_unix_nano - $8) // $9, $10) AS bucket, NULL::VARCHAR AS g0, NULL::BIGINT AS v0, NULL::DOUBLE AS v1 FROM logs e WHERE e.at_unix_nano >= $11 AND e.at_unix_nano < $12) JOIN (SELECT unnest($14) AS w0) ON g0 IS NOT DISTINCT FROM w0
    GROUP BY bucket, g0
    ORDER BY bucket, estimated DESC, g0 NULLS LAST
    LIMIT $15 OFFSET $16"
  `);
});

test("results are tested and put in order as they are returned", () => {
  const asked = query({
    calculations: [{ operator: "avg", field: { attributes: ["size"] }, type: "number" }],
    groupBy: [tenant],
    having: [{ calculation: 0, operation: "gt", value: 2.5 }],
    orderBy: { calculation: 0, descending: true },
    offset: 20,
  });
  const params = new Params();
  expect(aggregateSql(asked, keys, params, undefined)).toMatchInlineSnapshot(`
    "SELECT g0, count(*) AS stored, count(*) AS estimated, avg(v0) AS c0
    FROM (SELECT e.attribute_values[list_position(e.attribute_ids, $1)] AS g0, CASE WHEN isfinite(TRY_CAST(e.attribute_values[list_position(e.attribute_ids, $2)] AS DOUBLE)) THEN TRY_CAST(e.attribute_values[list_position(e.attribute_ids, $2)] AS DOUBLE) END AS v0 FROM spans e WHERE e.start_unix_nano >= $3 AND e.start_unix_nano < $4
    UNION ALL SELECT NULL::VARCHAR AS g0, CASE WHEN isfinite(NULL::DOUBLE) THEN NULL::DOUBLE END AS v0 FROM logs e WHERE e.at_unix_nano >= $5 AND e.at_unix_nano < $6)
    GROUP BY g0
    HAVING avg(v0) > $7
    ORDER BY c0 DESC NULLS LAST, g0 NULLS LAST
    LIMIT $8 OFFSET $9"
  `);
  expect(params.values.slice(-3)).toEqual([2.5, 10n, 20n]);
});

test("sampled events count by their weight", () => {
  const params = new Params();
  const weights = { with: "WITH sampled AS (…)\n", join: " LEFT JOIN sampled ON …" };
  const asked = query({ calculations: [{ operator: "quantile", quantile: 0.5, ...duration }] });
  expect(aggregateSql(asked, keys, params, weights)).toMatchInlineSnapshot(`
    "WITH sampled AS (…)
    SELECT count(*) AS stored, sum(weight) AS estimated, (coalesce(max(v0) FILTER (p0 <= (low0 + $6 * (high0 - low0))) + (any_value((low0 + $6 * (high0 - low0))) - max(p0) FILTER (p0 <= (low0 + $6 * (high0 - low0)))) / nullif(min(p0) FILTER (p0 >= (low0 + $6 * (high0 - low0))) - max(p0) FILTER (p0 <= (low0 + $6 * (high0 - low0))), 0) * (min(v0) FILTER (p0 >= (low0 + $6 * (high0 - low0))) - max(v0) FILTER (p0 <= (low0 + $6 * (high0 - low0)))), max(v0) FILTER (p0 <= (low0 + $6 * (high0 - low0))))) / 1000000.0 AS c0
    FROM (SELECT *, min(p0) OVER () AS low0, max(p0) OVER () AS high0 FROM (SELECT *, CASE WHEN v0 IS NOT NULL THEN sum(weight) FILTER (v0 IS NOT NULL) OVER ( ORDER BY v0 NULLS LAST ROWS UNBOUNDED PRECEDING) - weight / 2 END AS p0 FROM (SELECT (e.end_unix_nano - e.start_unix_nano) AS v0, coalesce(72057594037927936::DOUBLE / (72057594037927936 - TRY_CAST('0x' || rpad(nullif(regexp_extract(e.trace_state, $1, 1), ''), 14, '0') AS BIGINT)), sampled.weight, 1::DOUBLE) AS weight FROM spans e LEFT JOIN sampled ON … WHERE e.start_unix_nano >= $2 AND e.start_unix_nano < $3
    UNION ALL SELECT NULL::BIGINT AS v0, coalesce(1::DOUBLE) AS weight FROM logs e WHERE e.at_unix_nano >= $4 AND e.at_unix_nano < $5)))
    ORDER BY estimated DESC
    LIMIT $7 OFFSET $8"
  `);
});

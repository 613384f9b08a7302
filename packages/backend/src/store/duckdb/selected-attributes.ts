// The attributes of a selected span or log. Lists come as JSON text, which Node reads two to three times as fast; where
// texts are long as lists, since DuckDB's `to_json` takes several times their size: 100 rows of 60 kB ran out of memory.

import type { TextList } from "./key-dictionary.ts";

const LONG_BYTES = 8192;

/** For a FROM clause that names the table `e`. A row has one of the two. */
export const VALUES = `CASE WHEN e.byte_size < ${LONG_BYTES} THEN to_json(e.attribute_values)::VARCHAR END AS attribute_values,
  CASE WHEN e.byte_size >= ${LONG_BYTES} THEN e.attribute_values END AS long_values`;

export function attributesOf(row: {
  attribute_ids: string;
  attribute_values: string | null;
  long_values: TextList | null;
}): { ids: readonly number[]; values: readonly string[] } {
  return {
    ids: JSON.parse(row.attribute_ids),
    values: row.long_values?.items ?? JSON.parse(row.attribute_values ?? "[]"),
  };
}

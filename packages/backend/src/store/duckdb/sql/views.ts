// The views that a user's statement reads, in a database of their own beside ours: in it a name means a view or nothing.
// What their columns are is told in docs/sql.md; a change there is a change to users' statements.

import {
  IS_ERROR,
  LOG_LEVEL,
  LOG_MESSAGE,
  SPAN_ID,
  SPAN_KIND,
  SPAN_STATUS,
  TRACE_ID,
} from "../sql-values.ts";

export const VIEWS = ["spans", "logs"] as const;

/** Attributes by name. Where a key occurs more than once, which a map refuses, the first counts, as in filters. */
const attributes = (row: string) =>
  `coalesce(TRY(map(${row}.keys, ${row}.attribute_values)),
    map_from_entries(list_filter(list_zip(${row}.keys, ${row}.attribute_values),
      lambda entry, place: list_position(${row}.keys, entry[1]) = place)))`;

/** Of a type that `now()` compares with, in microseconds; the columns of nanoseconds are exact. */
const time = (nanos: string) => `make_timestamptz(${nanos} // 1000)`;

const hexId = (column: string) => `CASE WHEN ${column} <> 0 THEN lower(lpad(hex(${column}), 16, '0')) END`;

/** `tables` is the schema of ours, quoted where it must be. */
export const VIEW_STATEMENTS = (tables: string): string[] => {
  // A key's id is its place in the list: ids are never given twice, and few are never given.
  const names = `SELECT coalesce(list(k.key ORDER BY n.id), []) AS names
    FROM range(0, (SELECT coalesce(max(id), 0) + 1 FROM ${tables}.attribute_keys)) n(id)
    LEFT JOIN ${tables}.attribute_keys k ON k.id = n.id`;
  const withKeys = (table: string) =>
    `(SELECT t.*, list_transform(t.attribute_ids, lambda id: known.names[id + 1]) AS keys FROM ${tables}.${table} t, (${names}) known)`;
  const from = (table: string) => `FROM ${withKeys(table)} e
  JOIN ${withKeys("resources")} r ON r.id = e.resource_id
  JOIN ${tables}.scopes s ON s.id = e.scope_id`;
  const origin = `nullif(r.service, '') AS service,
    ${attributes("e")} AS attributes,
    ${attributes("r")} AS resource,
    e.keys AS attribute_keys, e.attribute_values,
    s.name AS scope_name, s.version AS scope_version`;
  return [
    `CREATE VIEW spans AS SELECT
    ${TRACE_ID} AS trace_id, ${SPAN_ID} AS span_id, ${hexId("e.parent_span_id")} AS parent_span_id,
    e.name, ${SPAN_KIND} AS kind,
    ${time("e.start_unix_nano")} AS start_time, ${time("e.end_unix_nano")} AS end_time,
    e.start_unix_nano, e.end_unix_nano, (e.end_unix_nano - e.start_unix_nano) / 1e6 AS duration_ms,
    ${SPAN_STATUS} AS status, nullif(e.status_message, '') AS status_message, e.error,
    ${origin},
    e.events::JSON AS events, e.links::JSON AS links
  ${from("spans")}`,
    `CREATE VIEW logs AS SELECT
    ${time("e.at_unix_nano")} AS time, e.at_unix_nano AS time_unix_nano,
    ${TRACE_ID} AS trace_id, ${hexId("e.span_id")} AS span_id,
    ${LOG_LEVEL} AS level, e.severity_number, ${LOG_MESSAGE} AS message, ${IS_ERROR.logs} AS is_error,
    nullif(e.event_name, '') AS event_name,
    ${origin}
  ${from("logs")}`,
  ];
};

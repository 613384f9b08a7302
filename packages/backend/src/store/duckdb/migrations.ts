// The database's schema, as the steps that led to it. A step is never edited once released: a change of layout is a new
// step. Ids are small numbers kept in memory (see key-dictionary.ts, origins.ts); times are nanoseconds; names end in
// their unit.

import type { DuckDBConnection } from "@duckdb/node-api";
import { ATTRIBUTE_BLOCKS } from "./attribute-blocks.ts";
import { TRACE_RANGES } from "./trace-ranges.ts";

/** Holds one row a step; its presence also tells our files from any other DuckDB database. */
export const SCHEMA_TABLE = "enterspan_schema";

const VERSION_1 = `
CREATE TABLE enterspan_schema (version INTEGER NOT NULL, applied_at TIMESTAMP NOT NULL DEFAULT current_timestamp);

CREATE TABLE attribute_keys (id UINTEGER NOT NULL, place VARCHAR NOT NULL, type VARCHAR NOT NULL, key VARCHAR NOT NULL);

CREATE TABLE resources (
  id UINTEGER NOT NULL,
  digest UUID NOT NULL,
  service VARCHAR NOT NULL,
  attribute_ids UINTEGER[] NOT NULL,
  attribute_values VARCHAR[] NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  schema_url VARCHAR NOT NULL
);

CREATE TABLE scopes (
  id UINTEGER NOT NULL,
  digest UUID NOT NULL,
  name VARCHAR NOT NULL,
  version VARCHAR NOT NULL,
  attribute_ids UINTEGER[] NOT NULL,
  attribute_values VARCHAR[] NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  schema_url VARCHAR NOT NULL
);

CREATE TABLE spans (
  trace_id UUID NOT NULL,
  span_id UBIGINT NOT NULL,
  parent_span_id UBIGINT NOT NULL,
  trace_state VARCHAR NOT NULL,
  flags UINTEGER NOT NULL,
  name VARCHAR NOT NULL,
  kind INTEGER NOT NULL,
  start_unix_nano BIGINT NOT NULL,
  end_unix_nano BIGINT NOT NULL,
  attribute_ids UINTEGER[] NOT NULL,
  attribute_values VARCHAR[] NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  events VARCHAR,
  dropped_events UINTEGER NOT NULL,
  links VARCHAR,
  dropped_links UINTEGER NOT NULL,
  status_code INTEGER NOT NULL,
  status_message VARCHAR NOT NULL,
  error VARCHAR,
  resource_id UINTEGER NOT NULL,
  scope_id UINTEGER NOT NULL,
  byte_size UINTEGER NOT NULL
);

CREATE TABLE logs (
  at_unix_nano BIGINT NOT NULL,
  time_unix_nano BIGINT NOT NULL,
  observed_unix_nano BIGINT NOT NULL,
  trace_id UUID,
  span_id UBIGINT NOT NULL,
  severity_number INTEGER NOT NULL,
  severity_text VARCHAR NOT NULL,
  body_type VARCHAR NOT NULL,
  body VARCHAR NOT NULL,
  message VARCHAR,
  event_name VARCHAR NOT NULL,
  flags UINTEGER NOT NULL,
  attribute_ids UINTEGER[] NOT NULL,
  attribute_values VARCHAR[] NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  resource_id UINTEGER NOT NULL,
  scope_id UINTEGER NOT NULL,
  digest UUID NOT NULL,
  occurrence UINTEGER NOT NULL,
  byte_size UINTEGER NOT NULL
);
`;

const VERSION_2 = `
CREATE TABLE documents (
  collection VARCHAR NOT NULL,
  id VARCHAR NOT NULL,
  created_unix_milli BIGINT NOT NULL,
  updated_unix_milli BIGINT NOT NULL,
  content VARCHAR NOT NULL
);
`;

/** As OTLP/JSON; NULL where there are none. */
const ENTITY_REFS = "ALTER TABLE resources ADD COLUMN entity_refs VARCHAR;";

const STEPS: readonly string[] = [VERSION_1, VERSION_2, TRACE_RANGES, ATTRIBUTE_BLOCKS, ENTITY_REFS];

/** The version this code reads and writes. */
export const SCHEMA_VERSION = STEPS.length;

/** Applies the steps after `from` (0 for an empty database), each in a transaction of its own. */
export async function migrate(connection: DuckDBConnection, from: number): Promise<void> {
  for (let version = from + 1; version <= STEPS.length; version++) {
    await connection.run("BEGIN TRANSACTION");
    try {
      await connection.run(STEPS[version - 1] as string);
      await connection.run(`INSERT INTO ${SCHEMA_TABLE} (version) VALUES (?)`, [version]);
      await connection.run("COMMIT");
    } catch (error) {
      await connection.run("ROLLBACK");
      throw error;
    }
  }
}

// Values of a user's columns as JSON. Nothing is rounded: what a JSON number cannot hold becomes text.

import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBUnionValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { SqlJson } from "../../sql.ts";

export function jsonOf(value: DuckDBValue, type?: DuckDBType): SqlJson {
  if (typeof value === "string") return type?.alias === "JSON" ? parsed(value) : value;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return value.items.map((item) => jsonOf(item));
  if (value instanceof DuckDBStructValue) return objectOf(Object.entries(value.entries));
  if (value instanceof DuckDBMapValue) {
    const entries = value.entries.map(({ key, value: inner }) => [key, inner] as const);
    return entries.every(([key]) => typeof key === "string")
      ? objectOf(entries as Array<readonly [string, DuckDBValue]>)
      : entries.map(([key, inner]) => [jsonOf(key), jsonOf(inner)]);
  }
  if (value instanceof DuckDBUnionValue) return jsonOf(value.value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  // Times, intervals, decimals, UUIDs and bits, as DuckDB writes them.
  return String(value);
}

const objectOf = (entries: ReadonlyArray<readonly [string, DuckDBValue]>): SqlJson =>
  Object.fromEntries(entries.map(([key, value]) => [key, jsonOf(value)]));

function parsed(text: string): SqlJson {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

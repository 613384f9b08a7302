// The matching rows of one table as the columns that an aggregate is made of, the same for spans and logs: `bucket`, the
// groups `g0`…, the values `v0`…, and `weight` where events were sampled.

import type { AggregateQuery, GroupField, TypedField } from "../aggregate.ts";
import type { ValueType } from "../filter.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import type { Params } from "./params.ts";
import { type Weights, weightSql } from "./sample-weight.ts";
import { fromOf, whereOf } from "./sql-filter.ts";
import { type EventTable, FieldSql, isNanos, TIME_COLUMN } from "./sql-values.ts";

/** A column of values that some calculations share. */
export interface ValueColumn extends TypedField {
  /** As what distinct values are counted, or what is calculated with. */
  as: "distinct" | "number";
  /** Into how many of the column's units one of the caller's goes: times are nanoseconds here, milliseconds there. */
  scale: number;
}

export interface Columns {
  /** By which rows are grouped: `bucket`, `g0`…. */
  group: string[];
  values: ValueColumn[];
  /** For each calculation the index of its column; undefined for `count`. */
  of: Array<number | undefined>;
}

const NANOS_PER_MILLI = 1_000_000;

export function columnsOf({ calculations, groupBy, buckets }: AggregateQuery): Columns {
  const indexes = new Map<string, number>();
  const values: ValueColumn[] = [];
  const of = calculations.map((calculation) => {
    if (calculation.operator === "count") return undefined;
    const { field, type, operator } = calculation;
    const as = operator === "uniq" ? "distinct" : "number";
    const scale = as === "number" && isNanos(field) ? NANOS_PER_MILLI : 1;
    const identity = JSON.stringify([field, type, as]);
    const index = indexes.get(identity) ?? values.push({ field, type, as, scale }) - 1;
    indexes.set(identity, index);
    return index;
  });
  return { group: [...(buckets ? ["bucket"] : []), ...groupBy.map((_, at) => `g${at}`)], values, of };
}

export function rowsSql(
  table: EventTable,
  { where, groupBy, buckets }: AggregateQuery,
  columns: Columns,
  keys: KeyDictionary,
  params: Params,
  weights: Weights | undefined,
): string {
  const fields = new FieldSql(table, keys, params);
  const selected = [
    ...groupBy.map((by, at) => `${groupSql(fields, by)} AS g${at}`),
    ...columns.values.map((column, at) => `${columnSql(fields, column)} AS v${at}`),
    ...(weights ? [`${weightSql(fields, weights)} AS weight`] : []),
  ];
  if (buckets) {
    const [start, width] = [params.bigint(buckets.startUnixNano), params.bigint(buckets.widthNano)];
    const last = params.bigint(buckets.count - 1);
    selected.unshift(`least((${TIME_COLUMN[table]} - ${start}) // ${width}, ${last}) AS bucket`);
  }
  const condition = whereOf(where, fields);
  const join = table === "spans" ? (weights?.join ?? "") : "";
  return `SELECT ${selected.join(", ") || "1"} FROM ${fromOf(fields)}${join} WHERE ${condition}`;
}

const SQL_TYPE: Record<ValueType, string> = { string: "VARCHAR", number: "DOUBLE", boolean: "BOOLEAN" };

/** A value of the type, NULL where the table cannot have it. */
function valueSql(fields: FieldSql, field: TypedField["field"], type: ValueType): string {
  const sql =
    type === "number"
      ? fields.number(field)
      : type === "boolean"
        ? fields.boolean(field)
        : fields.text(field);
  return sql ?? `NULL::${SQL_TYPE[type]}`;
}

function groupSql(fields: FieldSql, { field, type, steps }: GroupField): string {
  if (!steps) return valueSql(fields, field, type);
  const value = columnSql(fields, { field, type, as: "number", scale: 1 });
  // A list of nothing has no length, so that rows without a value are a group of their own.
  const reached = `list_filter(${fields.params.list("number", steps)}, lambda step : step <= value)`;
  return `(SELECT CASE WHEN value IS NOT NULL THEN len(${reached}) END::INTEGER FROM (SELECT ${value} AS value))`;
}

function columnSql(fields: FieldSql, { field, type, as, scale }: ValueColumn): string {
  if (as === "distinct") return valueSql(fields, field, type);
  if (scale !== 1) return fields.nanos(field) ?? "NULL::BIGINT";
  const value = valueSql(fields, field, type);
  if (type === "boolean") return `(${value})::DOUBLE`;
  const number = type === "string" ? `TRY_CAST(${value} AS DOUBLE)` : value;
  return `CASE WHEN isfinite(${number}) THEN ${number} END`;
}

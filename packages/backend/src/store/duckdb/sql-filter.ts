// A filter as a WHERE clause. Values are bound, never written into the text; a field that was never stored decides its
// condition here. Golden texts of the SQL are in sql-filter.test.ts.

import type { Condition, ConditionGroup, EventFilter, Needle, ValueType } from "../filter.ts";
import type { CandidateBlocks, LocatedFilter } from "./candidate-blocks.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import { type EventTable, FieldSql, LOG_MESSAGE, TIME_COLUMN } from "./sql-values.ts";

export interface WhereClause {
  /** `spans e` or `logs e`, with `JOIN resources r` where the condition asks for it. */
  from: string;
  where: string;
  params: Params;
}

/** For one of the two tables; `withResource` joins the resource for the caller's own columns. */
export function whereClause(
  filter: LocatedFilter,
  table: EventTable,
  keys: KeyDictionary,
  withResource = false,
): WhereClause {
  const fields = new FieldSql(table, keys, new Params());
  const where = whereOf(filter, fields);
  if (withResource) fields.needsResource = true;
  return { from: fromOf(fields), where, params: fields.params };
}

/** The condition alone, for a statement whose other expressions are made by the same `fields`. */
export function whereOf(filter: LocatedFilter, fields: FieldSql): string {
  const time = TIME_COLUMN[fields.table];
  const parts = [
    `${time} >= ${fields.params.bigint(filter.fromUnixNano)}`,
    `${time} < ${fields.params.bigint(filter.toUnixNano)}`,
    ...(filter.blocks && fields.table === "spans" ? [within(filter.blocks, fields.params)] : []),
    ...(filter.conditions.conditions.length ? [group(filter.conditions, fields)] : []),
    ...(filter.needle ? [needle(filter.needle, fields)] : []),
  ];
  return parts.join(" AND ");
}

/** Of one column and without functions that can fail, so DuckDB tests it before it reads any other. */
const within = ({ last, blocks }: CandidateBlocks, params: Params): string =>
  `(e.block IS NULL OR e.block > ${params.id(last)} OR list_contains(${params.ids(blocks)}, e.block))`;

/** To be called after all expressions have been made. */
export const fromOf = ({ table, needsResource }: FieldSql): string =>
  `${table} e${needsResource ? " JOIN resources r ON r.id = e.resource_id" : ""}`;

function group({ combine, conditions }: ConditionGroup, fields: FieldSql): string {
  if (conditions.length === 0) return "TRUE";
  const parts = conditions.map((part) => {
    if ("combine" in part) return group(part, fields);
    return "needle" in part ? needle(part.needle, fields) : condition(part, fields);
  });
  const combined = `(${parts.join(combine === "all" ? " AND " : " OR ")})`;
  return combine === "none" ? `NOT ${combined}` : combined;
}

function condition(part: Condition, fields: FieldSql): string {
  switch (part.operation) {
    case "exists":
      return present(fields.text(part.field));
    case "is_null":
      return `NOT ${present(fields.text(part.field))}`;
    case "neq":
      return `NOT ${compare(part, "=", fields)}`;
    case "not_in":
      return `NOT ${oneOf(part, fields)}`;
    case "in":
      return oneOf(part, fields);
    case "not_includes":
      return `NOT ${match(part.field, "contains", part.value, fields)}`;
    case "includes":
      return match(part.field, "contains", part.value, fields);
    case "starts_with":
      return match(part.field, "starts_with", part.value, fields);
    case "ends_with":
      return match(part.field, "ends_with", part.value, fields);
    case "regex":
      return match(part.field, "regexp_matches", part.value, fields);
    default:
      return compare(part, COMPARISON[part.operation], fields);
  }
}

const COMPARISON = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

const present = (text: string | undefined) => (text ? `(${text} IS NOT NULL)` : "FALSE");

/** True or false, never NULL, so that NOT is the exact opposite. */
const decided = (test: string) => `coalesce(${test}, FALSE)`;

function match(field: Condition["field"], test: string, value: string, fields: FieldSql): string {
  const text = fields.text(field);
  return text ? decided(`${test}(${text}, ${fields.params.text(value)})`) : "FALSE";
}

function compare(
  part: Extract<Condition, { value: string | number | boolean; type: ValueType }>,
  sign: string,
  fields: FieldSql,
): string {
  const id = sign === "=" ? exactId(part.field, part.value, fields) : undefined;
  if (id) return id;
  const left = expression(part.field, part.type, fields);
  return left
    ? decided(`${left} ${sign} ${bound(part.field, part.value, part.type, fields.params)}`)
    : "FALSE";
}

function oneOf(part: Extract<Condition, { operation: "in" | "not_in" }>, fields: FieldSql): string {
  const ids = exactIds(part, fields);
  if (ids) return ids;
  const left = expression(part.field, part.type, fields);
  if (!left || part.values.length === 0) return "FALSE";
  const values = part.values.map((value) => bound(part.field, value, part.type, fields.params));
  return decided(`${left} IN (${values.join(", ")})`);
}

/** Ids compare as the stored type: no text is made of each row's. */
function exactId(
  field: Condition["field"],
  value: string | number | boolean,
  fields: FieldSql,
): string | undefined {
  if (!("property" in field) || typeof value !== "string") return undefined;
  if (field.property === "traceId" && /^[0-9a-f]{32}$/i.test(value)) {
    return decided(`e.trace_id = ${fields.params.uuid(value)}`);
  }
  if (field.property === "spanId" && /^[0-9a-f]{16}$/i.test(value)) {
    return decided(`e.span_id = ${fields.params.spanId(value)}`);
  }
  return undefined;
}

/** What is no trace id equals none. */
function exactIds(
  { field, values }: Extract<Condition, { operation: "in" | "not_in" }>,
  { params }: FieldSql,
): string | undefined {
  if (!("property" in field) || field.property !== "traceId") return undefined;
  const ids = values.filter((value) => typeof value === "string" && /^[0-9a-f]{32}$/i.test(value));
  if (ids.length === 0) return "FALSE";
  return decided(`e.trace_id IN (${ids.map((id) => params.uuid(String(id))).join(", ")})`);
}

function expression(field: Condition["field"], type: ValueType, fields: FieldSql): string | undefined {
  if (type === "number") return fields.number(field);
  return type === "boolean" ? fields.boolean(field) : fields.text(field);
}

function bound(
  field: Condition["field"],
  value: string | number | boolean,
  type: ValueType,
  params: Params,
): string {
  if (type === "number") return params.number(Number(value));
  if (type === "boolean") return params.boolean(value === true || value === "true");
  return params.text(isId(field) ? String(value).toLowerCase() : String(value));
}

/** Ids are hex, which is the same in either case; as text they are lower-case. */
const isId = (field: Condition["field"]) =>
  "property" in field && ["traceId", "spanId", "parentSpanId"].includes(field.property);

/** Texts of an event that full-text search looks into; attributes are joined by a character no search contains. */
const TEXTS: Record<EventTable, readonly string[]> = {
  spans: ["e.name", "e.error", "array_to_string(e.attribute_values, chr(31))", "e.events"],
  logs: [LOG_MESSAGE, "e.severity_text", "e.event_name", "array_to_string(e.attribute_values, chr(31))"],
};

/** Whether the expression `text` holds the needle, whose value is bound as `value`. */
export function needleTest(wanted: Needle, text: string, value: string): string {
  if (wanted.isRegex) return `regexp_matches(${text}, ${value}, '${wanted.matchCase ? "c" : "i"}')`;
  return wanted.matchCase ? `contains(${text}, ${value})` : `contains(lower(${text}), lower(${value}))`;
}

function needle(wanted: Needle, fields: FieldSql): string {
  const value = fields.params.text(wanted.value);
  const test = (text: string) => needleTest(wanted, text, value);
  const tests = TEXTS[fields.table].map((text) => decided(test(text)));
  const inResource = test("array_to_string(attribute_values, chr(31))");
  tests.push(`e.resource_id IN (SELECT id FROM resources WHERE ${inResource})`);
  if (/^[0-9a-f]{32}$/i.test(wanted.value))
    tests.push(decided(`e.trace_id = ${fields.params.uuid(wanted.value)}`));
  if (/^[0-9a-f]{16}$/i.test(wanted.value))
    tests.push(decided(`e.span_id = ${fields.params.spanId(wanted.value)}`));
  return `(${tests.join(" OR ")})`;
}

/** Every regular expression in a filter, to be tried before rows are read. */
export function patternsOf(filter: EventFilter): string[] {
  const patterns: string[] = [];
  const collectNeedle = ({ isRegex, value }: Needle): void => {
    if (isRegex) patterns.push(value);
  };
  const collect = ({ conditions }: ConditionGroup): void => {
    for (const part of conditions) {
      if ("combine" in part) collect(part);
      else if ("needle" in part) collectNeedle(part.needle);
      else if (part.operation === "regex") patterns.push(part.value);
    }
  };
  if (filter.needle) collectNeedle(filter.needle);
  collect(filter.conditions);
  return patterns;
}

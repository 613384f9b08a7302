// The filters of a telemetry query, from JSON to the store's conditions: operators in both of their spellings, values
// checked against the filter's type, groups up to the depth that the API allows.

import { z } from "zod";
import type { Condition, ConditionGroup, TextOperation, ValueType } from "../store/filter.ts";
import { isOneOf } from "./equality.ts";
import { QueryFault } from "./fault.ts";
import { fieldOf } from "./fields.ts";

/** As the API documents it. */
const MAX_DEPTH = 4;

/** Filters and groups of one query: each becomes a part of two SQL statements, which thousands make slow to plan. */
const MAX_FILTERS = 200;

/** Of all lists together: so many take half a second to plan, 32,000 seven seconds, which nothing breaks off. */
const MAX_VALUES = 2_000;

/** Both spellings of every operator, and what they mean. */
const OPERATIONS = {
  eq: "eq",
  "=": "eq",
  neq: "neq",
  "!=": "neq",
  gt: "gt",
  ">": "gt",
  gte: "gte",
  ">=": "gte",
  lt: "lt",
  "<": "lt",
  lte: "lte",
  "<=": "lte",
  in: "in",
  IN: "in",
  not_in: "not_in",
  NOT_IN: "not_in",
  includes: "includes",
  INCLUDES: "includes",
  not_includes: "not_includes",
  DOES_NOT_INCLUDE: "not_includes",
  starts_with: "starts_with",
  STARTS_WITH: "starts_with",
  ends_with: "ends_with",
  ENDS_WITH: "ends_with",
  regex: "regex",
  MATCH_REGEX: "regex",
  exists: "exists",
  EXISTS: "exists",
  is_null: "is_null",
  DOES_NOT_EXIST: "is_null",
} as const satisfies Record<string, Condition["operation"]>;

const combinationSchema = z.enum(["and", "or", "AND", "OR"]);

const leafSchema = z.object({
  kind: z.literal("filter").optional(),
  key: z.string().min(1),
  operation: z.enum(Object.keys(OPERATIONS) as [keyof typeof OPERATIONS, ...Array<keyof typeof OPERATIONS>]),
  type: z.enum(["string", "number", "boolean"]),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

const groupSchema = z.object({
  kind: z.literal("group"),
  filterCombination: combinationSchema,
  filters: z.array(z.unknown()),
});

export const filtersSchema = {
  filterCombination: combinationSchema.optional(),
  filters: z.array(z.unknown()).optional(),
};

type Leaf = z.infer<typeof leafSchema>;

/** How much of a query has been read. */
interface Seen {
  count: number;
  values: number;
}

/** @throws QueryFault that names the filter by its place, such as `filters[0].filters[2]`. */
export function conditionsOf(
  filters: readonly unknown[] = [],
  combination: z.infer<typeof combinationSchema> = "and",
): ConditionGroup {
  return groupOf(filters, combination, "filters", 0, { count: 0, values: 0 });
}

function groupOf(
  filters: readonly unknown[],
  combination: string,
  place: string,
  depth: number,
  seen: Seen,
): ConditionGroup {
  seen.count += filters.length;
  if (seen.count > MAX_FILTERS) {
    throw new QueryFault(`filters: a query may have ${MAX_FILTERS} filters and groups in all; use fewer`);
  }
  if (depth > MAX_DEPTH) throw new QueryFault(`${place}: groups nest deeper than ${MAX_DEPTH}`);
  return {
    combine: combination.toLowerCase() === "and" ? "all" : "any",
    conditions: filters.map((filter, index) => partOf(filter, `${place}[${index}]`, depth, seen)),
  };
}

function partOf(filter: unknown, place: string, depth: number, seen: Seen): Condition | ConditionGroup {
  const isGroup =
    typeof filter === "object" && filter !== null && "kind" in filter && filter.kind === "group";
  if (isGroup) {
    const group = checked(groupSchema, filter, place);
    return groupOf(group.filters, group.filterCombination, `${place}.filters`, depth + 1, seen);
  }
  return conditionOf(checked(leafSchema, filter, place), place, seen);
}

export function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = [place, ...(issue?.path ?? [])].filter((part) => part !== "").join(".");
  throw new QueryFault(`${where || "body"}: ${issue?.message ?? "is not valid"}`);
}

function conditionOf(leaf: Leaf, place: string, seen: Seen): Condition {
  const field = fieldOf(leaf.key);
  const operation = OPERATIONS[leaf.operation];
  if (operation === "exists" || operation === "is_null") return { field, operation };
  if (leaf.value === undefined) throw new QueryFault(`${place}.value: ${leaf.operation} needs a value`);
  const { type, value } = leaf;
  if (operation === "in" || operation === "not_in") {
    const parts = new Set(
      String(value)
        .split(",")
        .map((part) => part.trim()),
    );
    seen.values += parts.size;
    if (seen.values > MAX_VALUES) {
      throw new QueryFault(
        `${place}.value: the lists of a query may have ${MAX_VALUES.toLocaleString("en-US")} values in all; use fewer`,
      );
    }
    const values = [...parts].map((part) => typed(part, type, place));
    return isOneOf(field, type, values, operation === "not_in");
  }
  if (isText(operation)) return { field, operation, value: String(value) };
  if (operation === "eq" || operation === "neq")
    return isOneOf(field, type, [typed(value, type, place)], operation === "neq");
  return { field, operation, type, value: typed(value, type, place) };
}

const isText = (operation: Condition["operation"]): operation is TextOperation =>
  ["includes", "not_includes", "starts_with", "ends_with", "regex"].includes(operation);

/** The value as its declared type: `"200"` passes for the number 200, `"true"` for true. */
function typed(value: string | number | boolean, type: ValueType, place: string): string | number | boolean {
  if (type === "string") return String(value);
  if (type === "boolean") {
    if (String(value) === "true" || String(value) === "false") return String(value) === "true";
  } else if (typeof value !== "boolean" && value !== "" && Number.isFinite(Number(value))) {
    return Number(value);
  }
  throw new QueryFault(
    `${place}.value: ${JSON.stringify(value)} is not a ${type}; mend the value or the filter's type`,
  );
}

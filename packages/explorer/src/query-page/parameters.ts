// A query in the words of the telemetry API, in which it is asked and kept, and back.
import type { KeyResult } from "@enterspan/backend/contract";
import { ONLY_LOGS, ONLY_ROOTS, ONLY_SPANS, type TelemetryFilter } from "../api/telemetry.ts";
import {
  type Filter,
  isWhole,
  needsValue,
  OPERATORS,
  type Operator,
  type Query,
  queryOf,
  type Subject,
  TESTS,
} from "./query.ts";

export type KeyTypes = ReadonlyMap<string, KeyResult["type"]>;

export interface Parameters {
  readonly calculations: readonly {
    readonly operator: string;
    readonly alias?: string;
    readonly key?: string;
    readonly keyType?: string;
  }[];
  readonly filters: readonly TelemetryFilter[];
  readonly groupBys: readonly { readonly value: string; readonly type: string }[];
  readonly orderBy: { readonly value: string; readonly order: "asc" | "desc" };
  readonly limit: number;
}

const SUBJECT_FILTERS: Readonly<Record<Subject, readonly TelemetryFilter[]>> = {
  roots: ONLY_ROOTS,
  spans: ONLY_SPANS,
  logs: ONLY_LOGS,
};

/** Of what can be asked as it stands. */
export function parametersOf(query: Query, types: KeyTypes): Parameters {
  const shown = query.show.filter(isWhole.visualisation);
  return {
    calculations: shown.map(({ operator, key }, index) => ({
      operator,
      alias: String(index),
      ...(operator !== "count" && { key, ...(operator === "uniq" && { keyType: typeOf(types, key) }) }),
    })),
    filters: [
      ...SUBJECT_FILTERS[query.of],
      ...query.where.filter(isWhole.filter).map((filter) => filterOf(filter, types)),
    ],
    groupBys: query.by.filter(Boolean).map((value) => ({ value, type: typeOf(types, value) })),
    orderBy: {
      value: String(Math.min(query.order, shown.length - 1)),
      order: query.isAscending ? "asc" : "desc",
    },
    limit: query.limit,
  };
}

const typeOf = (types: KeyTypes, key: string): KeyResult["type"] => types.get(key) ?? "string";

function filterOf({ key, test, value }: Filter, types: KeyTypes): TelemetryFilter {
  if (!needsValue(test)) return { key, operation: test, type: "string" };
  const known = typeOf(types, key);
  const isOrder = test === "gt" || test === "gte" || test === "lt" || test === "lte";
  const isNumber = value.trim() !== "" && Number.isFinite(Number(value));
  const isBoolean = value === "true" || value === "false";
  const type =
    (isOrder || known === "number") && isNumber
      ? "number"
      : known === "boolean" && isBoolean
        ? "boolean"
        : "string";
  return { key, operation: test, type, value };
}

/** Undefined for what the builder cannot show: groups of filters, and what other clients ask. */
export function queryOfParameters(given: object): Query | undefined {
  const { calculations, filters = [], groupBys = [], orderBy, limit } = given as Partial<Parameters>;
  const of = (Object.keys(SUBJECT_FILTERS) as Subject[]).find((subject) =>
    isSame(filters.slice(0, SUBJECT_FILTERS[subject].length), SUBJECT_FILTERS[subject]),
  );
  if (of === undefined || calculations === undefined) return undefined;
  const where = filters.slice(SUBJECT_FILTERS[of].length);
  if (!where.every(({ operation }) => Object.hasOwn(TESTS, operation ?? ""))) return undefined;
  if (!calculations.every(({ operator }) => OPERATORS.includes(operator as Operator))) return undefined;
  const query = {
    of,
    show: calculations.map(({ operator, key = "" }) => ({ operator, key })),
    where: where.map(({ key, operation, value = "" }) => ({ key, test: operation, value: String(value) })),
    by: groupBys.map(({ value }) => value),
    order: Math.max(
      0,
      calculations.findIndex(({ alias }) => alias === orderBy?.value),
    ),
    isAscending: orderBy?.order === "asc",
    limit,
  };
  return queryOf(JSON.stringify(query));
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// What the query builder asks: which numbers of which events, filtered, by group. In the address as JSON, read leniently.
export const OPERATORS = [
  "count",
  "uniq",
  "sum",
  "avg",
  "min",
  "max",
  "median",
  "p001",
  "p01",
  "p05",
  "p10",
  "p25",
  "p75",
  "p90",
  "p95",
  "p99",
  "p999",
  "stddev",
  "variance",
] as const;
export type Operator = (typeof OPERATORS)[number];

export const TESTS = {
  eq: "is",
  neq: "is not",
  includes: "contains",
  not_includes: "does not contain",
  starts_with: "begins with",
  regex: "matches",
  gt: ">",
  gte: "≥",
  lt: "<",
  lte: "≤",
  exists: "exists",
  is_null: "does not exist",
} as const;
export type Test = keyof typeof TESTS;

/** What events are looked at, and how the telemetry API says so. */
export const SUBJECTS = {
  roots: "Requests and other events",
  spans: "Spans",
  logs: "Logs",
} as const;
export type Subject = keyof typeof SUBJECTS;

export interface Visualisation {
  readonly operator: Operator;
  /** "" where the operator needs none: count. */
  readonly key: string;
}

export interface Filter {
  readonly key: string;
  readonly test: Test;
  /** "" for tests of being there. */
  readonly value: string;
}

export interface Query {
  readonly of: Subject;
  /** One or more. */
  readonly show: readonly Visualisation[];
  readonly where: readonly Filter[];
  readonly by: readonly string[];
  /** Which of `show` orders the groups. */
  readonly order: number;
  readonly isAscending: boolean;
  readonly limit: number;
}

export const LIMITS = [5, 10, 20, 50] as const;
const MAX_PARTS = 12;

export const FIRST_QUERY: Query = {
  of: "roots",
  show: [
    { operator: "count", key: "" },
    { operator: "p95", key: "$metadata.duration" },
  ],
  where: [],
  by: ["$metadata.service"],
  order: 0,
  isAscending: false,
  limit: 10,
};

/**
 * How many spans like this one there were, and how long they took, by one of its attributes: those that have it, and where
 * this one failed, those that failed as well.
 */
export const countedBy = (
  key: string,
  span: { readonly isRoot: boolean; readonly isError: boolean },
): Query => ({
  ...FIRST_QUERY,
  of: span.isRoot ? "roots" : "spans",
  where: [
    { key, test: "exists", value: "" },
    ...(span.isError ? [{ key: "$metadata.level", test: "eq", value: "error" } as const] : []),
  ],
  by: [key],
});

/** Undefined for the query that the page begins with. */
export function queryText(query: Query): string | undefined {
  const text = JSON.stringify(query);
  return text === JSON.stringify(FIRST_QUERY) ? undefined : text;
}

export function queryOf(text: string | undefined): Query {
  const given = objectOf(text);
  if (given === undefined) return FIRST_QUERY;
  const show = listOf(given.show).flatMap(({ operator, key }) =>
    OPERATORS.includes(operator as Operator) ? [{ operator: operator as Operator, key: textOf(key) }] : [],
  );
  const order = Number(given.order);
  return {
    of: typeof given.of === "string" && Object.hasOwn(SUBJECTS, given.of) ? (given.of as Subject) : "roots",
    show: show.length > 0 ? show : FIRST_QUERY.show,
    where: listOf(given.where).flatMap(({ key, test, value }) =>
      typeof test === "string" && Object.hasOwn(TESTS, test)
        ? [{ key: textOf(key), test: test as Test, value: textOf(value) }]
        : [],
    ),
    by: (Array.isArray(given.by) ? given.by : []).slice(0, MAX_PARTS).map(textOf),
    order: Number.isInteger(order) && order >= 0 && order < Math.max(1, show.length) ? order : 0,
    isAscending: given.isAscending === true,
    limit: LIMITS.find((limit) => limit === given.limit) ?? FIRST_QUERY.limit,
  };
}

type Given = Readonly<Record<string, unknown>>;

function objectOf(text: string | undefined): Given | undefined {
  try {
    const given: unknown = JSON.parse(text ?? "");
    return typeof given === "object" && given !== null ? (given as Given) : undefined;
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): Given[] =>
  (Array.isArray(value) ? value : [])
    .filter((item): item is Given => typeof item === "object" && item !== null)
    .slice(0, MAX_PARTS);

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** A test of being there has no value. */
export const needsValue = (test: Test): boolean => test !== "exists" && test !== "is_null";

/** Parts that can be asked as they stand; others are still being filled in. */
export const isWhole = {
  visualisation: ({ operator, key }: Visualisation): boolean => operator === "count" || key !== "",
  filter: ({ key, test, value }: Filter): boolean => key !== "" && (value !== "" || !needsValue(test)),
};

/** `p95($metadata.duration)`. */
export const nameOf = ({ operator, key }: Visualisation): string =>
  operator === "count" ? "count" : `${operator}(${key})`;

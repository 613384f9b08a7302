// What the query builder looks at, as a search of the list of traces: from a number to the traces behind it.
import { printSearch, type Search } from "@enterspan/backend/search";
import { type Filter, isWhole, type Query } from "./query.ts";

export interface GroupPart {
  readonly key: string;
  readonly value: string | number | boolean;
}

const NOWHERE = { from: 0, to: 0 } as const;

/** @param group the values of one row or line */
export function searchTextOf(query: Pick<Query, "of" | "where">, group: readonly GroupPart[]): string {
  const parts: Search[] = [
    ...(query.of === "logs" ? [is("type", "log")] : []),
    ...query.where.filter(isWhole.filter).map(searchOfFilter),
    ...group.map(({ key, value }) => is(key, String(value))),
  ];
  const [first] = parts;
  if (first === undefined) return "";
  return printSearch(parts.length === 1 ? first : { kind: "all", parts });
}

function is(key: string, text: string, ...more: string[]): Search {
  const parts = [text, ...more] as const;
  // In quotes a text has no wildcards and is no number: what is typed must not become one.
  const isQuoted = more.length === 0 && !/^[\p{L}\p{N}_./-]+$/u.test(text);
  return field(key, { test: "is", values: [{ parts, isQuoted, range: NOWHERE }] });
}

const field = (key: string, test: object): Search =>
  ({ kind: "field", key, isQuoted: false, range: NOWHERE, ...test }) as Search;

const not = (part: Search): Search => ({ kind: "not", part });

const SIGNS = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function searchOfFilter({ key, test, value }: Filter): Search {
  switch (test) {
    case "eq":
      return is(key, value);
    case "neq":
      return not(is(key, value));
    case "includes":
      return is(key, "", value, "");
    case "not_includes":
      return not(is(key, "", value, ""));
    case "starts_with":
      return is(key, value, "");
    case "regex":
      return field(key, { test: "regex", pattern: value });
    case "exists":
      return field(key, { test: "exists" });
    case "is_null":
      return not(field(key, { test: "exists" }));
    default:
      return field(key, { test: SIGNS[test], value: { text: value, isQuoted: false, range: NOWHERE } });
  }
}

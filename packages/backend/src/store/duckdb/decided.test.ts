// What a filter says of a table is known without its rows only where the rows could not say otherwise.

import { expect, test } from "vitest";
import { ALL_TIME, type Condition, type ConditionGroup } from "../filter.ts";
import { passesNothing } from "./decided.ts";
import { KeyDictionary } from "./key-dictionary.ts";

const keys = new KeyDictionary();
keys.add({ id: 1, place: "span", type: "s", key: "tenant" });
keys.add({ id: 2, place: "resource", type: "s", key: "region" });

const equal = (
  field: Condition["field"],
  value: string | number,
  operation: "eq" | "neq" = "eq",
): Condition => ({
  field,
  operation,
  type: typeof value === "number" ? "number" : "string",
  value,
});
const tenant = equal({ attributes: ["tenant"] }, "x");
const notTenant = equal({ attributes: ["tenant"] }, "x", "neq");
const ofType = (value: string, operation: "eq" | "neq" = "eq") =>
  equal({ property: "type" }, value, operation);
const types = (operation: "in" | "not_in"): Condition => ({
  field: { property: "type" },
  operation,
  type: "string",
  values: ["cf-worker-log"],
});
const group = (
  combine: ConditionGroup["combine"],
  ...conditions: ConditionGroup["conditions"][number][]
): ConditionGroup => ({ combine, conditions });
const needle = { needle: { value: "x", isRegex: false, matchCase: false } };

const nothingIn = (condition: ConditionGroup["conditions"][number]) =>
  (["spans", "logs"] as const).filter((table) =>
    passesNothing({ ...ALL_TIME, conditions: group("all", condition) }, table, keys),
  );

test.each<[string, ConditionGroup["conditions"][number], string[]]>([
  ["an attribute of spans alone", tenant, ["logs"]],
  ["an attribute that nothing has", equal({ attributes: ["nobody"] }, "x"), ["spans", "logs"]],
  ["a number where there are only texts", equal({ attributes: ["tenant"] }, 5), ["spans", "logs"]],
  ["an attribute of resources", equal({ attributes: ["region"] }, "x"), []],
  ["the opposite of what cannot be", notTenant, []],
  ["that there is no such attribute", { field: { attributes: ["nobody"] }, operation: "is_null" }, []],
  ["a property of spans alone", equal({ property: "spanName" }, "x"), ["logs"]],
  ["the type of logs", ofType("cf-worker-log"), ["spans"]],
  ["another type than logs", ofType("cf-worker-log", "neq"), ["logs"]],
  ["one of some types", types("in"), ["spans"]],
  ["none of some types", types("not_in"), ["logs"]],
  ["full text", needle, []],
  ["no conditions", group("any"), []],
  ["all of two", group("all", tenant, needle), ["logs"]],
  ["any of two", group("any", tenant, needle), []],
  ["any of two that cannot be", group("any", tenant, ofType("cf-worker-span")), ["logs"]],
  ["none of what every row has", group("none", ofType("cf-worker-log"), needle), ["logs"]],
  ["none of what no row has", group("none", tenant), []],
  ["none of what rows may have", group("none", needle), []],
])("%s", (_, condition, tables) => {
  expect(nothingIn(condition)).toEqual(tables);
});

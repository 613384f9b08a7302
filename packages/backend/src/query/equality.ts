// A condition that a field is one of some values, or none of them. Span names are found by any of their spellings.

import type { Condition, EventField, ValueType } from "../store/filter.ts";
import { spellingsOf } from "./spellings.ts";

export function isOneOf(
  field: EventField,
  type: ValueType,
  values: ReadonlyArray<string | number | boolean>,
  isNegated = false,
): Condition {
  const isName = "property" in field && field.property === "spanName";
  const all = isName ? values.flatMap((name) => spellingsOf(String(name))) : values;
  const [value] = all;
  return all.length === 1 && value !== undefined
    ? { field, operation: isNegated ? "neq" : "eq", type, value }
    : { field, operation: isNegated ? "not_in" : "in", type, values: all };
}

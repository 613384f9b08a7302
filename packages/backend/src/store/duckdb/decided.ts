// What a filter says of a whole table before any row is read: a log has no span's name, and a key that no span ever had is
// on none. A statement that could find nothing is not asked.

import { EVENT_TYPE } from "../event-type.ts";
import {
  type Condition,
  type ConditionGroup,
  type EventFilter,
  type FullText,
  PASSES_WITHOUT,
} from "../filter.ts";
import type { KeyDictionary } from "./key-dictionary.ts";
import { Params } from "./params.ts";
import { type EventTable, FieldSql } from "./sql-values.ts";

const TYPE = { spans: EVENT_TYPE.span, logs: EVENT_TYPE.log } as const;

/** Whether no row of the table can pass. */
export function passesNothing(filter: EventFilter, table: EventTable, keys: KeyDictionary): boolean {
  return ofGroup(filter.conditions, new FieldSql(table, keys, new Params())) === false;
}

/** Whether every row passes, or none; undefined where the rows decide. */
type Decided = boolean | undefined;

function ofGroup({ combine, conditions }: ConditionGroup, fields: FieldSql): Decided {
  if (conditions.length === 0) return true;
  const parts = conditions.map((part) => ofPart(part, fields));
  if (combine === "all") return parts.includes(false) ? false : parts.every(isTrue) || undefined;
  const any = parts.some(isTrue) || (parts.every((part) => part === false) ? false : undefined);
  return combine === "none" ? opposite(any) : any;
}

function ofPart(part: Condition | ConditionGroup | FullText, fields: FieldSql): Decided {
  if ("combine" in part) return ofGroup(part, fields);
  return "needle" in part ? undefined : ofCondition(part, fields);
}

function ofCondition(part: Condition, fields: FieldSql): Decided {
  const isNegative = PASSES_WITHOUT.has(part.operation);
  if (!isPresent(part, fields)) return isNegative;
  const wanted = wantedTypes(part);
  return wanted && wanted.includes(TYPE[fields.table]) !== isNegative;
}

/** What the type of an event shall be, or shall not; undefined for a condition on something else. */
function wantedTypes(part: Condition): ReadonlyArray<string | number | boolean> | undefined {
  if (!("property" in part.field) || part.field.property !== "type") return undefined;
  if (part.operation === "in" || part.operation === "not_in") return part.values;
  return part.operation === "eq" || part.operation === "neq" ? [part.value] : undefined;
}

/** Whether a row of the table can have the field, as a value of the type that is compared. */
function isPresent(part: Condition, fields: FieldSql): boolean {
  const type = "type" in part ? part.type : "string";
  if (type === "number") return fields.number(part.field) !== undefined;
  return (type === "boolean" ? fields.boolean(part.field) : fields.text(part.field)) !== undefined;
}

const isTrue = (part: Decided): boolean => part === true;
const opposite = (part: Decided): Decided => (part === undefined ? undefined : !part);

// Tree → the store's conditions. All terms speak of one event: a span or a log passes when it fulfils the whole search.

import type { Condition, ConditionGroup, EventField, FullText } from "../../store/filter.ts";
import { isOneOf } from "../equality.ts";
import { isLowerCase, isNumber, type SearchField, searchField } from "./fields.ts";
import { parseSearch } from "./parse.ts";
import { type FieldTerm, type Literal, type Search, SearchError, type Value } from "./syntax.ts";
import { numberOf } from "./units.ts";

type Part = Condition | ConditionGroup | FullText;

/** Passes everything for a search without terms. @throws SearchError */
export function searchConditions(text: string): ConditionGroup {
  const search = parseSearch(text);
  const part = search && partOf(search);
  if (part && "combine" in part) return part;
  return { combine: "all", conditions: part ? [part] : [] };
}

function partOf(search: Search): Part {
  switch (search.kind) {
    case "all":
    case "any":
      return { combine: search.kind, conditions: search.parts.map(partOf) };
    case "not":
      return { combine: "none", conditions: [partOf(search.part)] };
    case "text":
      return { needle: { value: search.text, isRegex: false, matchCase: false } };
    case "field":
      return fieldPart(search, searchField(search.key, search.isQuoted));
  }
}

function fieldPart(term: FieldTerm, known: SearchField): Part {
  const { field } = known;
  switch (term.test) {
    case "exists":
      return { field, operation: "exists" };
    case "regex":
      if (isNumber(field)) throw notANumber(term, term.range);
      return { field, operation: "regex", value: term.pattern };
    case "is":
      return oneOf(term, term.values, known);
    case "range": {
      const ends = [
        ...(term.low ? [compared(term, ">=", term.low, field)] : []),
        ...(term.high ? [compared(term, "<=", term.high, field)] : []),
      ];
      return { combine: "all", conditions: ends };
    }
    default:
      return compared(term, term.test, term.value, field);
  }
}

const OPERATION = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const;

function compared(
  term: FieldTerm,
  sign: keyof typeof OPERATION,
  { text, isQuoted, range }: Literal,
  field: EventField,
) {
  const operation = OPERATION[sign];
  const number = isQuoted ? undefined : numberOf(text, term.key);
  if (number !== undefined) return { field, operation, type: "number", value: number } as const;
  if (isNumber(field)) throw notANumber(term, range);
  return { field, operation, type: "string", value: text } as const;
}

function oneOf(term: FieldTerm, values: readonly Value[], { field, choices }: SearchField): Part {
  const texts: string[] = [];
  const numbers: number[] = [];
  const patterns: Condition[] = [];
  for (const value of values) {
    const { parts, isQuoted, range } = value;
    const [text] = parts;
    const number = isQuoted || parts.length > 1 ? undefined : numberOf(text, term.key);
    if (isNumber(field)) {
      if (number === undefined) throw notANumber(term, range);
      numbers.push(number);
    } else if (choices) {
      texts.push(choiceOf(term, value, choices));
    } else if (parts.length > 1) {
      patterns.push(matching(field, parts));
    } else {
      texts.push(isLowerCase(field) ? text.toLowerCase() : text);
      // Numbers are stored as JavaScript writes them: 1e3, 0.50 and 10MiB are found as numbers only.
      if (number !== undefined && String(number) !== text) numbers.push(number);
    }
  }
  const parts = [
    ...(texts.length ? [isOneOf(field, "string", texts)] : []),
    ...(numbers.length ? [isOneOf(field, "number", numbers)] : []),
    ...patterns,
  ];
  return parts.length === 1 ? (parts[0] as Condition) : { combine: "any", conditions: parts };
}

function choiceOf(
  { key }: FieldTerm,
  { parts, range }: Value,
  choices: Readonly<Record<string, string>>,
): string {
  const typed = parts.join("*").toLowerCase();
  if (Object.hasOwn(choices, typed)) return choices[typed] as string;
  throw new SearchError(`${key} is never "${typed}"`, range, Object.keys(choices));
}

/** Text around wildcards. */
function matching(field: EventField, parts: readonly string[]): Condition {
  const cased = isLowerCase(field) ? parts.map((part) => part.toLowerCase()) : parts;
  const [first, second, third] = cased as [string, string, string?];
  if (parts.length === 2 && second === "") return { field, operation: "starts_with", value: first };
  if (parts.length === 2 && first === "") return { field, operation: "ends_with", value: second };
  if (parts.length === 3 && first === "" && third === "")
    return { field, operation: "includes", value: second };
  const pattern = cased.map(escapedPattern).join(".*");
  return { field, operation: "regex", value: `^(?s:${pattern})$` };
}

/** A text as a regular expression that matches it alone. */
export const escapedPattern = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

const notANumber = ({ key }: FieldTerm, range: Literal["range"]): SearchError =>
  new SearchError(
    `${key} is a number`,
    range,
    /start|end|time/i.test(key) ? ["a date such as 2026-01-31T12:00Z"] : ["a number such as 100ms or 1.5s"],
  );

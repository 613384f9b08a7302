// Tree → text: what parse.ts reads back as the same tree. Everything that needs no quotes goes without.

import { SEARCH_FIELDS } from "./fields.ts";
import type { FieldTerm, Literal, Search, Value } from "./syntax.ts";

export function printSearch(search: Search): string {
  switch (search.kind) {
    case "all":
      return search.parts.map((part) => nested(part, part.kind === "all" || part.kind === "any")).join(" ");
    case "any":
      return search.parts.map((part) => nested(part, part.kind === "any")).join(" or ");
    case "not":
      return `-${nested(search.part, search.part.kind === "all" || search.part.kind === "any")}`;
    case "text":
      return printWord(search.text);
    case "field":
      return (search.isQuoted ? printQuoted(search.key) : search.key) + printTest(search);
  }
}

const nested = (search: Search, needsParentheses: boolean): string =>
  needsParentheses ? `(${printSearch(search)})` : printSearch(search);

const printWord = (text: string): string => (isPlain(text) ? text : printQuoted(text));

/** The key of an attribute or a telemetry key; quoted where a field of events has the same name. */
export const printKey = (key: string): string => (SEARCH_FIELDS.has(key) ? printQuoted(key) : printWord(key));

/** A value as it must be typed to mean exactly this text. */
export const printValue = (text: string): string =>
  isPlain(text) && !text.includes("..") && !text.startsWith("//") ? text : printQuoted(text);

const isPlain = (text: string): boolean =>
  /^[\p{L}\p{N}_$./@][\p{L}\p{N}_$./@-]*$/u.test(text) && !/^(and|or|not|exists)$/i.test(text);

const printQuoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

function printTest(term: FieldTerm): string {
  switch (term.test) {
    case "exists":
      return ":*";
    case "regex":
      return `~${printQuoted(term.pattern)}`;
    case "is":
      return term.values.length === 1
        ? signed(printParts(term.values[0]))
        : `:(${term.values.map(printParts).join(", ")})`;
    case "range":
      return `:${term.low ? escaped(term.low.text) : ""}..${term.high ? escaped(term.high.text) : ""}`;
    default:
      // Without the space `< =` would read as `<=`.
      return `${term.test}${printLiteral(term.value).replace(/^=/, " =")}`;
  }
}

/** `key://host` would read as an address that is searched for. */
const signed = (value: string): string => (value.startsWith("//") ? `=${value}` : `:${value}`);

const printParts = ({ parts, isQuoted }: Value): string =>
  isQuoted ? printQuoted(parts[0]) : parts.map(escaped).join("*");

const printLiteral = ({ text, isQuoted }: Literal): string => (isQuoted ? printQuoted(text) : escaped(text));

/** Outside quotes: a backslash before whatever would end the value or mean something. */
const escaped = (text: string): string => text.replace(/[\s()",*\\]/g, "\\$&");

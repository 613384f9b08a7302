// What a reader types into find → terms. `colo=AMS -cache "not found"`: all terms must hold, one with a minus must not.
import { printKey, printValue } from "@enterspan/backend/search";

export interface Term {
  /** In lower case. */
  readonly text: string;
  readonly isExcluded: boolean;
}

/**
 * Terms are parted by spaces; quotes keep spaces together, around a whole term (`"not found"`) or a part of it
 * (`db.query.text="select *"`). A quote that is never closed reaches to the end: it is being typed.
 */
export function parseFindQuery(query: string): Term[] {
  const terms: Term[] = [];
  for (const [word] of query.toLowerCase().matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)) {
    const isExcluded = word.startsWith("-") && word.length > 1;
    const text = (isExcluded ? word.slice(1) : word).replaceAll('"', "");
    if (text !== "") terms.push({ text, isExcluded });
  }
  return terms;
}

/** A value's beginning is enough to find it by, and keeps the query legible. */
const TERM_CHARACTERS = 120;

/** The term that finds spans with this attribute, or those without: quoted whole, so that spaces stay together. */
export function attributeTerm(key: string, line: string, isExcluded: boolean): string {
  // A query cannot hold quotes or line ends: what comes before them finds the span as well.
  const [text = ""] = (key === "" ? line : `${key}=${line}`).slice(0, TERM_CHARACTERS).split(/["\n\r]/, 1);
  return `${isExcluded ? "-" : ""}"${text}"`;
}

/** In the search language: events with this attribute. */
export const searchTerm = (key: string, value: string): string => `${printKey(key)}:${printValue(value)}`;

/** The query with the term added, once; its opposite leaves. */
export function withTerm(query: string, term: string): string {
  const opposite = term.startsWith("-") ? term.slice(1) : `-${term}`;
  const others = [...query.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)]
    .map(([word]) => word)
    .filter((word) => word !== term && word !== opposite);
  return [...others, term].join(" ");
}

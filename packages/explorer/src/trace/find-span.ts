// The texts of a span that find looks at, and whether one span is what is sought: for the few rows in sight. find.ts
// looks through all.
import type { Term } from "./find-query.ts";
import type { Span } from "./model.ts";

/** Longer texts are looked for in their beginning only. */
const SEARCHED_CHARACTERS = 16_384;

/** Hands over each text, with "" as the key of those that are the span's own. */
export function eachText(span: Span, take: (key: string, text: string) => void): void {
  take("", span.title);
  if (span.name !== span.title) take("", span.name);
  take("", span.spanId);
  take("", span.service);
  if (span.statusMessage !== "") take("", span.statusMessage);
  if (span.status === "error") take("status", "error");
  span.anyAttribute((key, text) => {
    take(key, text);
    return false;
  });
}

/** What is looked at of a text, in lower case. */
export const searchedLine = (key: string, text: string): string =>
  (key === "" ? text : `${key}=${text}`).slice(0, SEARCHED_CHARACTERS).toLowerCase();

/** Whether every term holds for the span; none do for no terms. */
export function matchesSpan(span: Span, terms: readonly Term[]): boolean {
  if (terms.length === 0) return false;
  const lines: string[] = [];
  eachText(span, (key, text) => lines.push(searchedLine(key, text)));
  return terms.every(({ text, isExcluded }) => lines.some((line) => line.includes(text)) !== isExcluded);
}

// Find inside a trace: which spans a query is about.
import type { Span } from "./model.ts";
import type { Tree } from "./tree.ts";

/**
 * Positions of the spans that contain the query, ascending; none for an empty query. Looked for in name, span id,
 * service, status message, and attributes as `key=value`. Case does not matter.
 */
export function findSpans(tree: Tree, query: string): number[] {
  const needle = query.trim();
  if (needle === "") return [];
  // A regular expression ignores case without making a lower-case copy of every text.
  const pattern = new RegExp(escaped(needle), "i");
  const inAttribute = attributeTest(needle, pattern);
  const found: number[] = [];
  tree.spans.forEach((span, position) => {
    if (isInFacts(span, pattern) || span.anyAttribute(inAttribute)) found.push(position);
  });
  return found;
}

const isInFacts = (span: Span, pattern: RegExp): boolean =>
  pattern.test(span.title) ||
  pattern.test(span.spanId) ||
  pattern.test(span.service) ||
  pattern.test(span.statusMessage);

/** `key=value` contains the needle: the key does, or the value, or the needle spans the sign between them. */
function attributeTest(needle: string, pattern: RegExp): (key: string, text: string) => boolean {
  const sign = needle.indexOf("=");
  if (sign < 0) return (key, text) => pattern.test(text) || pattern.test(key);
  const keyEnd = new RegExp(`${escaped(needle.slice(0, sign))}$`, "i");
  const valueStart = new RegExp(`^${escaped(needle.slice(sign + 1))}`, "i");
  return (key, text) => (keyEnd.test(key) && valueStart.test(text)) || pattern.test(text);
}

/** The text as a regular expression that matches just it. (`RegExp.escape` is too young for some browsers.) */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

// Find inside a trace: which spans a query is about.
import type { Span } from "./model.ts";
import type { Tree } from "./tree.ts";
import { valueLine } from "./value-text.ts";

/** Positions of the spans that contain the query, ascending; none for an empty query. Case does not matter. */
export function findSpans(tree: Tree, query: string): number[] {
  const needle = query.trim().toLowerCase();
  if (needle === "") return [];
  const found: number[] = [];
  tree.spans.forEach((span, position) => {
    if (contains(span, needle)) found.push(position);
  });
  return found;
}

/** Name, ids, service, status message, then attributes as `key=value`. */
function contains(span: Span, needle: string): boolean {
  return (
    span.name.toLowerCase().includes(needle) ||
    span.spanId.startsWith(needle) ||
    span.service.toLowerCase().includes(needle) ||
    span.statusMessage.toLowerCase().includes(needle) ||
    span.attributes.some(({ key, value }) => `${key}=${valueLine(value)}`.toLowerCase().includes(needle))
  );
}

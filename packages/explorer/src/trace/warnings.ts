// What is not as it should be about a span, in words.
import { formatDuration } from "./duration.ts";
import type { Span } from "./model.ts";
import { skewOf } from "./subtree-facts.ts";
import type { Flaw, Tree } from "./tree.ts";
import { valueLine } from "./value-text.ts";

/** Why a span stands where it does although its parent id says otherwise. */
export const FLAW_TEXT: Record<Flaw, string> = {
  orphan: "Its parent is not in the trace: not yet arrived, or dropped",
  cycle: "Its parents lead back to itself; it is shown as a root",
  duplicate: "Another span of this trace has the same id",
};

export const UNFINISHED_TEXT = "Still open when its invocation ended: it took at least this long";

export const skewText = (tree: Tree, position: number): string | undefined => {
  const skew = skewOf(tree, position);
  return skew > 0 ? `Begins ${formatDuration(skew)} before its parent: their clocks differ` : undefined;
};

export function warningsOf(tree: Tree, position: number): string[] {
  const span = tree.spans[position];
  if (span === undefined) return [];
  const flaw = tree.flaws.get(position);
  const dropped = [
    count(span.droppedSpans, "span"),
    count(span.droppedLogs, "log"),
    count(span.droppedAttributes, "attribute"),
    count(span.droppedEvents, "event"),
    count(span.droppedLinks, "link"),
  ].filter(Boolean);
  return [
    attribute(span, "cloudflare.warning.message") ?? attribute(span, "cloudflare.warning.type"),
    flaw && FLAW_TEXT[flaw],
    skewText(tree, position),
    span.isUnfinished ? UNFINISHED_TEXT : undefined,
    span.isEndMissing ? "Its end is not set, or lies before its start" : undefined,
    dropped.length > 0 ? `Dropped by the sender: ${dropped.join(", ")}` : undefined,
  ].filter((warning) => warning !== undefined);
}

const count = (number: number, unit: string): string =>
  number === 0 ? "" : `${number.toLocaleString("en-US")} ${unit}${number === 1 ? "" : "s"}`;

function attribute(span: Span, key: string): string | undefined {
  const found = span.attributes.find((other) => other.key === key);
  return found && valueLine(found.value);
}

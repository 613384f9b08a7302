// The checks behind the matchers of `expect` and the plain assertions: whether a trace is as expected, and, only when
// asked, what there is to say about it.

import { Misuse } from "./misuse.ts";
import { printSpan } from "./print.ts";
import { checkPattern, isMatch, type Mismatch, mismatches, type SpanPattern } from "./span-pattern.ts";
import { Trace, TraceSpan } from "./trace.ts";
import { diffText, diffTree } from "./tree-diff.ts";
import { matchTree } from "./tree-match.ts";
import { readTree, type TreePattern } from "./tree-pattern.ts";
import { expectedText, nameText } from "./value-text.ts";

export interface Check {
  pass: boolean;
  /** What is wrong, or, for a check that should not have passed, what is there. */
  message(paint?: Paint): string;
}

/** Colours what was expected and what was recorded, for runners that print in colour. */
export interface Paint {
  expected(text: string): string;
  recorded(text: string): string;
  /** What is only there for orientation. */
  context(text: string): string;
}

const same = (text: string): string => text;

export const PLAIN: Paint = { expected: same, recorded: same, context: same };

/** A trace, or a span with what is below it. */
export type Recorded = Trace | TraceSpan;

/** Lines of the printed trace in a message; the whole is a `console.log(String(trace))` away. */
const MAX_LINES = 60;
const MAX_NEAREST = 3;
const MAX_LISTED = 10;

/** @throws TypeError when `recorded` is no trace. */
export function checkSpan(
  call: string,
  recorded: unknown,
  query: string | RegExp | SpanPattern,
  times?: number,
): Check {
  const spans = spansOf(call, recorded);
  const pattern: SpanPattern = typeof query === "string" || query instanceof RegExp ? { name: query } : query;
  if (typeof pattern !== "object" || pattern === null) {
    throw new Misuse(`${call} takes a span's name or an object that says what the span is like`);
  }
  checkPattern(pattern);
  const found = spans.filter((span) => isMatch(pattern, span));
  return {
    pass: times === undefined ? found.length > 0 : found.length === times,
    message(paint = PLAIN) {
      const wanted = `    ${paint.expected(expectedText(query))}`;
      const parts =
        found.length > 0
          ? [
              `${countOf(found.length)} this${times === undefined ? "" : `, not ${times}`}:\n${wanted}`,
              listOf(found),
            ]
          : [`No span is like this:\n${wanted}`, nearestText(spans, pattern, paint)];
      parts.push(
        `Recorded:\n${paint.context(indented((recorded as Recorded).toString({ maxLines: MAX_LINES })))}`,
      );
      return parts.filter((part) => part !== "").join("\n\n");
    },
  };
}

/** @throws TypeError when `recorded` is no trace, or `tree` no tree. */
export function checkTree(call: string, recorded: unknown, tree: TreePattern): Check {
  spansOf(call, recorded);
  const root = recorded instanceof Trace ? recorded.spans[0] : (recorded as TraceSpan);
  const top = readTree(tree);
  if (root === undefined) {
    return { pass: false, message: () => "There is no tree: the trace was recorded with `sampled: false`." };
  }
  const matches = matchTree(top, root);
  const pass = matches.get(top)?.has(root) === true;
  return {
    pass,
    message(paint = PLAIN) {
      if (pass)
        return `The tree is just this:\n${paint.context(indented(printSpan(root, { maxLines: MAX_LINES })))}`;
      const colour = { "-": paint.expected, "+": paint.recorded, " ": paint.context };
      const legend = `${paint.expected("- expected")}  ${paint.recorded("+ recorded")}`;
      return `${legend}\n\n${diffText(diffTree(top, root, matches), (line, mark) => colour[mark](line))}`;
    },
  };
}

function spansOf(call: string, recorded: unknown): readonly TraceSpan[] {
  if (recorded instanceof Trace) return recorded.spans;
  if (recorded instanceof TraceSpan) {
    const spans = [recorded];
    for (const span of spans) for (const child of span.children) spans.push(child);
    return spans;
  }
  const isPromise = recorded instanceof Promise;
  const given = isPromise ? "a promise: await it" : (recorded as object | null)?.constructor?.name;
  throw new Misuse(
    `${call} takes a trace that recordTrace resolved with, or a span of it, not ${given ?? String(recorded)}`,
  );
}

function countOf(count: number): string {
  return count === 1 ? "1 span is like" : `${count} spans are like`;
}

function listOf(spans: TraceSpan[]): string {
  const shown = spans.slice(0, MAX_LISTED).map((span) => `    ${pathOf(span)}`);
  if (spans.length > MAX_LISTED) shown.push(`    … and ${spans.length - MAX_LISTED} more`);
  return `Found:\n${shown.join("\n")}`;
}

/** The names from the root down, the nearest ones of a long way. */
function pathOf(span: TraceSpan): string {
  const names: string[] = [];
  let at: TraceSpan | undefined = span;
  for (; at !== undefined && names.length < 5; at = at.parent) names.unshift(nameText(at.name));
  return `${at === undefined ? "" : "… > "}${names.join(" > ")}`;
}

interface Candidate {
  span: TraceSpan;
  wrong: Mismatch[];
  /** Characters in which the name differs; 0 when it is right. */
  distance: number;
}

function nearestText(spans: readonly TraceSpan[], pattern: SpanPattern, paint: Paint): string {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const span of spans) {
    const wrong = [...mismatches(pattern, span)];
    const hasName = wrong[0]?.what !== "name";
    const distance = hasName ? 0 : nameDistance(pattern.name, span.name);
    if (distance === undefined) continue;
    candidates.push({ span, wrong, distance });
  }
  candidates.sort((a, b) => a.distance - b.distance || a.wrong.length - b.wrong.length);
  const texts: string[] = [];
  for (const { span, wrong } of candidates) {
    const details = wrong.map(
      ({ what, expected, actual }) =>
        `      ${what}: expected ${paint.expected(expected)}, recorded ${paint.recorded(actual)}`,
    );
    const text = [`    ${pathOf(span)}`, ...details].join("\n");
    // Spans that are wrong in the same way tell nothing more.
    if (!seen.has(text)) texts.push(text);
    seen.add(text);
    if (texts.length === MAX_NEAREST) break;
  }
  return texts.length === 0 ? "" : `The nearest:\n${texts.join("\n")}`;
}

/** Undefined when the names have little in common. */
function nameDistance(expected: SpanPattern["name"], actual: string): number | undefined {
  if (typeof expected !== "string") return undefined;
  const a = expected.toLowerCase();
  const b = actual.toLowerCase();
  const distance = editDistance(a, b);
  return distance <= Math.max(a.length, b.length) / 3 ? Math.max(1, distance) : undefined;
}

/** Insertions, deletions and replacements that make `b` of `a`; names are 64 bytes at most. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

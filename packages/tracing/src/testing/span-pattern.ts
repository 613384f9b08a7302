// What a test expects of a span, and what a span is wrong in. Everything that a pattern does not name may be anything.
import type { SpanStatusCode } from "../api.ts";
import { Misuse } from "./misuse.ts";
import type { SpanKindName, TraceSpan } from "./trace.ts";
import { expectedText, nameText, valueText } from "./value-text.ts";

/** A matcher of Vitest, Jest or another library, such as `expect.stringContaining("a")`. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
}

/**
 * Text: itself, a regular expression that finds something in it, a matcher of `expect`, or a test of your own.
 */
export type ExpectedText = string | RegExp | AsymmetricMatcher | ((text: string) => boolean);

/**
 * What a value must be. Equal to a literal (of an object the named entries must be); found by a regular expression;
 * accepted by a matcher of `expect` or by a function; of a type: `String`, `Number`, `Boolean`, `BigInt`, `Array`.
 * `undefined`: there must be none.
 */
export type ExpectedAttributes = Record<string, unknown>;

export interface SpanPattern {
  name?: ExpectedText;
  /** The parent's name, or what it must be like in turn; null: the span is the root. */
  parent?: ExpectedText | SpanPattern | null;
  attributes?: ExpectedAttributes;
  status?: SpanStatusCode | { code: SpanStatusCode; message?: ExpectedText };
  kind?: SpanKindName;
  /** Each must be among the span's events: its name, or more of it. */
  events?: readonly (ExpectedText | { name?: ExpectedText; attributes?: ExpectedAttributes })[];
  /** Each must be among the span's exceptions: its message, or more of it. */
  exceptions?: readonly (ExpectedText | { type?: ExpectedText; message?: ExpectedText })[];
  /** Each must be among what was printed in the span: its text, or more of it. */
  logs?: readonly (ExpectedText | { level?: string; message?: ExpectedText; body?: unknown })[];
  links?: readonly { traceId?: ExpectedText; spanId?: ExpectedText; attributes?: ExpectedAttributes }[];
  unfinished?: boolean;
}

const PROPERTIES: Record<keyof SpanPattern, true> = {
  name: true,
  parent: true,
  attributes: true,
  status: true,
  kind: true,
  events: true,
  exceptions: true,
  logs: true,
  links: true,
  unfinished: true,
};

/** @throws Misuse for a property that means nothing: misspelt, it would let any span match. */
export function checkPattern(pattern: SpanPattern): void {
  for (const key of Object.keys(pattern)) {
    if (Object.hasOwn(PROPERTIES, key)) continue;
    const all = Object.keys(PROPERTIES).join(", ");
    throw new Misuse(`A span is described by ${all}; there is no ${JSON.stringify(key)}`);
  }
  const { parent } = pattern;
  if (parent !== undefined && parent !== null && !isText(parent)) checkPattern(parent);
}

/** One thing that a span is wrong in. */
export interface Mismatch {
  what: string;
  expected: string;
  actual: string;
}

export function isMatch(pattern: SpanPattern, span: TraceSpan): boolean {
  return mismatches(pattern, span).next().done === true;
}

/** What `span` is wrong in, the name first; nothing when it matches. */
export function* mismatches(pattern: SpanPattern, span: TraceSpan): Generator<Mismatch> {
  const { name, parent, attributes, status, kind, unfinished } = pattern;
  if (name !== undefined && !isExpected(name, span.name)) yield wrong("name", name, span.name);
  if (parent !== undefined && !isExpectedParent(parent, span.parent)) {
    yield {
      what: "parent",
      expected: parent === null ? "none (the root)" : expectedText(parent),
      actual: span.parent === undefined ? "none (the root)" : valueText(span.parent.name),
    };
  }
  if (kind !== undefined && kind !== span.kind) yield wrong("kind", kind, span.kind);
  if (status !== undefined) {
    const expected = typeof status === "string" ? { code: status } : status;
    if (!isExpected(expected, span.status)) yield wrong("status", status, span.status);
  }
  if (unfinished !== undefined && unfinished !== span.unfinished) {
    yield wrong("unfinished", unfinished, span.unfinished);
  }
  for (const [key, expected] of Object.entries(attributes ?? {})) {
    const isThere = Object.hasOwn(span.attributes, key);
    const actual = isThere ? span.attributes[key] : undefined;
    if (isExpected(expected, actual)) continue;
    yield {
      what: `attribute ${nameText(key)}`,
      expected: expected === undefined ? "none" : expectedText(expected),
      actual: isThere ? valueText(actual) : "none",
    };
  }
  yield* missing("event", pattern.events, span.events, "name");
  yield* missing("exception", pattern.exceptions, span.exceptions, "message");
  yield* missing("log", pattern.logs, span.logs, "message");
  yield* missing("link", pattern.links, span.links, "spanId");
}

/** Whether `actual` is what is expected, in any of the ways in which a test may say so. */
export function isExpected(expected: unknown, actual: unknown): boolean {
  if (Object.is(expected, actual)) return true;
  if (expected instanceof RegExp) {
    // A copy: a global one remembers where its last search ended.
    return typeof actual === "string" && new RegExp(expected).test(actual);
  }
  if (typeof expected === "function") return isAccepted(expected as (value: unknown) => unknown, actual);
  if (typeof expected === "bigint" || typeof expected === "number") {
    // -0 and 0 are equal; so are an integer and the bigint that an instrumentation records it as.
    return (
      (typeof actual === "bigint" || typeof actual === "number") && expected <= actual && expected >= actual
    );
  }
  if (typeof expected !== "object" || expected === null) return false;
  const { asymmetricMatch } = expected as Partial<AsymmetricMatcher>;
  if (typeof asymmetricMatch === "function") return asymmetricMatch.call(expected, actual);
  if (typeof actual !== "object" || actual === null) return false;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, i) => isExpected(item, actual[i]))
    );
  }
  return Object.entries(expected).every(([key, value]) =>
    isExpected(value, (actual as Record<string, unknown>)[key]),
  );
}

const TYPES = new Map<unknown, (value: unknown) => boolean>([
  [String, (value) => typeof value === "string"],
  [Number, (value) => typeof value === "number"],
  [Boolean, (value) => typeof value === "boolean"],
  [BigInt, (value) => typeof value === "bigint"],
  [Array, Array.isArray],
]);

function isAccepted(accepts: (value: unknown) => unknown, actual: unknown): boolean {
  const isOfType = TYPES.get(accepts);
  return isOfType === undefined ? Boolean(accepts(actual)) : isOfType(actual);
}

function isExpectedParent(
  expected: NonNullable<SpanPattern["parent"]> | null,
  parent: TraceSpan | undefined,
): boolean {
  if (expected === null || parent === undefined) return expected === null && parent === undefined;
  return isMatch(isText(expected) ? { name: expected } : expected, parent);
}

function isText(expected: object | string): expected is ExpectedText {
  return (
    typeof expected !== "object" ||
    expected instanceof RegExp ||
    typeof (expected as Partial<AsymmetricMatcher>).asymmetricMatch === "function"
  );
}

function* missing<T extends object, K extends keyof T & string>(
  what: string,
  expected: readonly (ExpectedText | object)[] | undefined,
  actual: readonly T[],
  textKey: K,
): Generator<Mismatch> {
  for (const item of expected ?? []) {
    const pattern = isText(item) ? { [textKey]: item } : item;
    if (actual.some((candidate) => isExpected(pattern, candidate))) continue;
    yield {
      what,
      expected: expectedText(item),
      actual: actual.length === 0 ? "none" : actual.map((one) => valueText(one[textKey])).join(", "),
    };
  }
}

function wrong(what: string, expected: unknown, actual: unknown): Mismatch {
  return { what, expected: expectedText(expected), actual: valueText(actual) };
}

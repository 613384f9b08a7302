// Random searches, as trees that parsing can make.

import fc from "fast-check";
import type { FieldTerm, Literal, Search, Value } from "./syntax.ts";

const range = { from: 0, to: 0 };

const anyText = fc.oneof(
  fc.constantFrom(
    "a",
    "GET /x",
    "and",
    "or",
    "not",
    "exists",
    '"',
    "\\",
    "*",
    "a..b",
    "1..2",
    "-x",
    "(",
    "é",
    "a:b",
  ),
  fc.string({ minLength: 1, unit: "grapheme" }),
);

const key = fc.oneof(
  fc.record({
    key: fc.constantFrom("service", "name", "http.route", "$metadata.level", "or"),
    isQuoted: fc.constant(false),
  }),
  fc.record({ key: anyText, isQuoted: fc.constant(true) }),
);

const isRange = (text: string) => /^([-+.]?\d.*?)?\.\.([-+.]?\d.*)?$/s.test(text);

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.record({
    parts: fc.tuple(fc.string({ unit: "grapheme" })),
    isQuoted: fc.constant(true),
    range: fc.constant(range),
  }),
  fc.record({
    parts: fc.tuple(anyText.filter((text) => !isRange(text))),
    isQuoted: fc.constant(false),
    range: fc.constant(range),
  }),
  fc
    .tuple(fc.boolean(), fc.array(anyText, { minLength: 1, maxLength: 3 }), fc.boolean())
    .filter(([before, texts, after]) => before || after || texts.length > 1)
    .map(([before, texts, after]) => ({
      parts: [...(before ? [""] : []), ...texts, ...(after ? [""] : [])] as [string, ...string[]],
      isQuoted: false,
      range,
    })),
);

const literal: fc.Arbitrary<Literal> = fc.record({
  text: anyText,
  isQuoted: fc.boolean(),
  range: fc.constant(range),
});

const end = fc
  .constantFrom("1", "-5", "1.5s", "100ms", "2026-01-01T00:00Z", ".5")
  .map((text): Literal => ({ text, isQuoted: false, range }));

const test = fc.oneof(
  fc.constant({ test: "exists" as const }),
  fc
    .array(value, { minLength: 1, maxLength: 4 })
    .map((values) => ({ test: "is" as const, values: values as [Value, ...Value[]] })),
  anyText.map((pattern) => ({ test: "regex" as const, pattern })),
  fc.record({
    test: fc.constantFrom(">" as const, ">=" as const, "<" as const, "<=" as const),
    value: literal,
  }),
  fc
    .oneof(fc.record({ low: end }), fc.record({ high: end }), fc.record({ low: end, high: end }))
    .map((ends) => ({ test: "range" as const, ...ends })),
);

export const arbitraryField: fc.Arbitrary<FieldTerm> = fc
  .tuple(key, test)
  .map(([named, tested]) => ({ kind: "field", ...named, range, ...tested }));

export const arbitrarySearch: fc.Arbitrary<Search> = fc.letrec<{ search: Search }>((tie) => ({
  search: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    arbitraryField,
    anyText.map((text): Search => ({ kind: "text", text, range })),
    tie("search").map((part): Search => ({ kind: "not", part })),
    ...(["all", "any"] as const).map((kind) =>
      fc
        .array(tie("search"), { minLength: 2, maxLength: 3 })
        .map((parts): Search => ({ kind, parts: parts as Search[] })),
    ),
  ),
})).search;

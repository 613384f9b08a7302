// The language itself: what a text means, what is wrong with one, that printing and reading are each other's inverse.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parseSearch } from "./parse.ts";
import { printSearch, printValue } from "./print.ts";
import { arbitrarySearch } from "./search.fixture.ts";
import { type Search, SearchError } from "./syntax.ts";

/** A tree as a line: `(a & !b)`. */
function line(search: Search | undefined): string {
  if (!search) return "";
  switch (search.kind) {
    case "all":
      return `(${search.parts.map(line).join(" & ")})`;
    case "any":
      return `(${search.parts.map(line).join(" | ")})`;
    case "not":
      return `!${line(search.part)}`;
    case "text":
      return `'${search.text}'`;
    case "field": {
      const key = search.isQuoted ? `"${search.key}"` : search.key;
      if (search.test === "exists") return `${key}?`;
      if (search.test === "regex") return `${key} ~ ${search.pattern}`;
      if (search.test === "is")
        return `${key} = ${search.values.map(({ parts, isQuoted }) => (isQuoted ? `"${parts}"` : parts.join("⋆"))).join(", ")}`;
      if (search.test === "range") return `${key} in ${search.low?.text ?? ""}..${search.high?.text ?? ""}`;
      return `${key} ${search.test} ${search.value.isQuoted ? `"${search.value.text}"` : search.value.text}`;
    }
  }
}

describe("reads", () => {
  test.each<[string, string]>([
    ["", ""],
    ["  \t ", ""],
    ["timeout", "'timeout'"],
    ['"not found"', "'not found'"],
    ['"a \\"b\\" \\\\ \\d"', "'a \"b\" \\ \\d'"],
    ["https://x.example/a?b", "'https://x.example/a?b'"],
    ["service:orders name:auth", "(service = orders & name = auth)"],
    ["a:1 and b:2 AND c:3", "(a = 1 & b = 2 & c = 3)"],
    ["a:1 b:2 or c:3", "((a = 1 & b = 2) | c = 3)"],
    ["a:1 (b:2 or c:3)", "(a = 1 & (b = 2 | c = 3))"],
    ["-a:1 not b:2", "(!a = 1 & !b = 2)"],
    ['-"x y" -(a or b)', "(!'x y' & !('a' | 'b'))"],
    ["--a", "!!'a'"],
    ["not not a", "!!'a'"],
    ["a=1 b!=2", "(a = 1 & !b = 2)"],
    ["duration>100ms", "duration > 100ms"],
    ["duration >= 1.5s", "duration >= 1.5s"],
    ["x<-5 y <= 3", "(x < -5 & y <= 3)"],
    ["duration:100ms..2s", "duration in 100ms..2s"],
    ["duration:..2s code:500..", "(duration in ..2s & code in 500..)"],
    ["start:2026-01-01..2026-02-01T10:00", "start in 2026-01-01..2026-02-01T10:00"],
    ["path:../x file:a..b", "(path = ../x & file = a..b)"],
    ["user.id exists", "user.id?"],
    ["-user.id exists", "!user.id?"],
    ["user.id:*", "user.id?"],
    ["user.id exists:1", "('user.id' & exists = 1)"],
    ["name:GET*", "name = GET⋆"],
    ["name:*auth* x:a*b", "(name = ⋆auth⋆ & x = a⋆b)"],
    ["x:a\\*b y:a\\ b", "(x = a*b & y = a b)"],
    ['x:"a*b"', 'x = "a*b"'],
    ["code:(200, 404,500)", "code = 200, 404, 500"],
    ['x:("a, b", c*)', 'x = "a, b", c⋆'],
    ["x!=(a, b)", "!x = a, b"],
    ["x:(a)", "x = a"],
    ["path~^/orders/\\d+$ x", "(path ~ ^/orders/\\d+$ & 'x')"],
    ['path ~ "^(a|b) c"', "path ~ ^(a|b) c"],
    ['path!~"\\\\."', "!path ~ \\."],
    ['"status":x', '"status" = x'],
    ['"my key" exists', '"my key"?'],
    ["url:https://x/y?a=b&c", "url = https://x/y?a=b&c"],
    ["and:1 or:2", "(and = 1 & or = 2)"],
    ['"and" "or"', "('and' & 'or')"],
    ["$metadata.service:a", "$metadata.service = a"],
    ["héllo:wörld", "héllo = wörld"],
  ])("%j", (text, expected) => {
    expect(line(parseSearch(text))).toBe(expected);
  });
});

describe("refuses", () => {
  test.each<[string, string]>([
    ["a:", "search, character 3: it ends here; expected a value behind the operator"],
    ["a: b", "search, character 3: a space stands here; expected a value behind the operator"],
    ["a >", "search, character 4: it ends here; expected a value behind the operator"],
    ["a~", "search, character 3: it ends here; expected a regular expression"],
    ["(a or b", 'search, character 1: this "(" is never closed; expected a ")"'],
    ["a)", 'search, character 2: ")" closes nothing; expected a "(" before it or nothing'],
    ["()", 'search, character 2: ")" cannot stand here; expected a key, text or "("'],
    ["a or", 'search, character 5: it ends here; expected a key, text or "("'],
    ["or a", 'search, character 1: "or" cannot stand here; expected a key, text or "("'],
    ["a and or b", 'search, character 7: "or" cannot stand here; expected a key, text or "("'],
    ["not", 'search, character 4: it ends here; expected a key, text or "("'],
    ["a - b", 'search, character 3: "-" stands alone; expected a term right behind it or quotes around it'],
    ['x "y', 'search, character 3: this quote is never closed; expected a second "'],
    ['""', "search, character 1: there is nothing between the quotes; expected text"],
    [":a", 'search, character 1: ":" cannot stand here; expected a key, text or "("'],
    ["x:(a b)", 'search, character 6: "b" cannot stand here; expected "," or ")"'],
    ["x:(a,", "search, character 6: it ends here; expected a value"],
    ["x:(a", 'search, character 3: this list is never closed; expected a ")"'],
    ["x:()", 'search, character 4: ")" cannot stand here; expected a value'],
  ])("%j", (text, message) => {
    expect(() => parseSearch(text)).toThrow(SearchError);
    expect(() => parseSearch(text)).toThrow(message);
  });

  test("what is too much of it", () => {
    expect(() => parseSearch("a".repeat(MAX_LENGTH + 1))).toThrow(
      "a search may have 4096 characters, this has 4097",
    );
    expect(() => parseSearch(`${"(".repeat(MAX_DEPTH + 1)}a`)).toThrow("nest deeper than 32");
    expect(parseSearch(`${"-".repeat(MAX_DEPTH)}a`)).toBeDefined();
    expect(() => parseSearch("a ".repeat(MAX_TERMS + 1))).toThrow("a search may have 200 terms");
    expect(() => parseSearch(`x:(${"1,".repeat(MAX_TERMS)}1)`)).toThrow("a search may have 200 terms");
  });
});

/** Positions are of the text, which printing may change. */
const withoutRanges = (search: Search | undefined) =>
  JSON.parse(JSON.stringify(search ?? null, (key, value) => (key === "range" ? undefined : value)));

test("what is printed reads as the same", () => {
  fc.assert(
    fc.property(arbitrarySearch, (search) => {
      expect(withoutRanges(parseSearch(printSearch(search)))).toEqual(withoutRanges(search));
    }),
    { numRuns: 2000 },
  );
});

const piece = fc.constantFrom(
  ...["a", "b", " ", "-", "(", ")", '"', ":", "=", "!", ">", "<", "~", "*", "\\", ",", ".", "..", "1", "ms"],
  ...["and", "or", "not", "exists", "://", "é", "\u{1f600}", "\ud800", "\n", "$", "/"],
);

test("a value that begins as an operator ends stays one", () => {
  expect(printSearch(parseSearch("a< =") as Search)).toBe("a< =");
  expect(printSearch(parseSearch("a<=b") as Search)).toBe("a<=b");
});

test("a value that begins with two slashes does not print as an address", () => {
  const search = parseSearch("url=//x") as Search;
  expect(printSearch(search)).toBe("url=//x");
  expect(printValue("//x")).toBe('"//x"');
});

test("any text is read or refused, with a place in it; what is read prints as itself", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((pieces) => pieces.join("")),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        let search: Search | undefined;
        try {
          search = parseSearch(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SearchError);
          const { from, to } = (error as SearchError).range;
          expect(0 <= from && from <= to && to <= text.length).toBe(true);
          return;
        }
        if (search) expect(withoutRanges(parseSearch(printSearch(search)))).toEqual(withoutRanges(search));
      },
    ),
    { numRuns: 10_000 },
  );
});

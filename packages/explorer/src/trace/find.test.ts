import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FindIndex, rankOf } from "./find.ts";
import { attributeTerm, parseFindQuery, searchTerm, withTerm } from "./find-query.ts";
import { matchesSpan } from "./find-span.ts";
import { madeUpSpan } from "./made-up.fixture.ts";
import type { Span } from "./model.ts";
import { buildTree } from "./tree.ts";

const text = (value: string) => ({ type: "string", value }) as const;
const find = (spans: readonly Span[], query: string) => {
  const tree = buildTree(spans);
  const found = [...new FindIndex(tree).find(query).positions].map((position) => tree.spans[position]?.key);
  // A row in sight is marked before all have been looked through: it must not change its mind.
  const one = tree.spans.filter((span) => matchesSpan(span, parseFindQuery(query)));
  expect(one.map(({ key }) => key)).toEqual(found);
  return found;
};

describe("parseFindQuery", () => {
  it.each([
    ["", []],
    ["  ", []],
    ["Get", ["get"]],
    ["a  b", ["a", "b"]],
    ["-a b-c", ["!a", "b-c"]],
    ['"not found" -"as it"', ["not found", "!as it"]],
    ['key="a b" c', ["key=a b", "c"]],
    ['"half open', ["half open"]],
    ["-", ["-"]],
    ['""', []],
  ])("%j", (query, terms) => {
    expect(parseFindQuery(query).map((term) => `${term.isExcluded ? "!" : ""}${term.text}`)).toEqual(terms);
  });
});

describe("FindIndex", () => {
  const spans = [
    madeUpSpan({
      spanId: "f00",
      name: "kv_get",
      attributes: [{ key: "cloudflare.colo", value: text("AMS") }],
    }),
    madeUpSpan({ spanId: "a1", name: "charge card", status: "error", statusMessage: "card (declined)" }),
    madeUpSpan({
      spanId: "a2",
      service: "mailer",
      attributes: [{ key: "sql", value: text("select *\nfrom x") }],
    }),
  ];

  it.each([
    ["KV", ["f00"]],
    ["colo=ams", ["f00"]],
    ["colo=lhr", []],
    ["cloudflare.colo", ["f00"]],
    ["(declined)", ["a1"]],
    ["status=error", ["a1"]],
    ["a1", ["a1"]],
    ["mailer", ["a2"]],
    ["-mailer -kv", ["a1"]],
    ["charge -kv", ["a1"]],
    ["charge kv", []],
    ['"charge card"', ["a1"]],
    ['sql="select *"', ["a2"]],
    ["from", ["a2"]],
    ["*", ["a2"]],
    ["", []],
  ])("finds %j", (query, keys) => {
    expect(find(spans, query)).toEqual(keys);
  });

  it("finds what looking at every text would find", () => {
    const word = fc.constantFrom("a", "B", "ab", "ba", "a=b", "É", "\n");
    const drafts = fc.array(
      fc.record({ name: word, attributes: fc.array(fc.tuple(word, word), { maxLength: 3 }) }),
      {
        maxLength: 200,
      },
    );
    const term = fc.tuple(fc.boolean(), fc.constantFrom("a", "b", "ab", "a=b", "=", "é", "zz"));
    fc.assert(
      fc.property(drafts, fc.array(term, { minLength: 1, maxLength: 3 }), (made, terms) => {
        const all = made.map(({ name, attributes }, index) =>
          madeUpSpan({
            spanId: `#${index}`,
            name,
            service: "",
            attributes: attributes.map(([key, value]) => ({ key, value: text(value) })),
          }),
        );
        const query = terms.map(([isExcluded, needle]) => `${isExcluded ? "-" : ""}${needle}`).join(" ");
        const expected = all.filter((span) => {
          const texts = [
            span.name,
            ...(made[Number(span.spanId.slice(1))]?.attributes.map((a) => a.join("=")) ?? []),
          ];
          return terms.every(
            ([isExcluded, needle]) => texts.some((one) => one.toLowerCase().includes(needle)) !== isExcluded,
          );
        });
        expect(find(all, query)).toEqual(expected.map(({ key }) => key));
      }),
    );
  });

  it("can be made slice by slice, and is completed by the first query", () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      madeUpSpan({ spanId: String(index), name: `n${index}` }),
    );
    const index = new FindIndex(buildTree(many));
    let slices = 3;
    expect(index.gather(() => slices-- > 0)).toBe(false);
    expect([...index.find("n299").positions]).toEqual([299]);
    expect(index.gather(() => false)).toBe(true);
  });
});

describe("rankOf", () => {
  it("counts what lies at or before", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), fc.nat(50), (some, position) => {
        const positions = Uint32Array.from(some.sort((a, b) => a - b));
        expect(rankOf(positions, position)).toBe(some.filter((other) => other <= position).length);
      }),
    );
  });
});

describe("a term for an attribute", () => {
  it.each([
    ["http.route", "/orders/:id", '"http.route=/orders/:id"'],
    ["db.query.text", "SELECT *\nFROM a", '"db.query.text=SELECT *"'],
    ["say", 'he "said"', '"say=he "'],
  ])("%s %j", (key, value, term) => {
    expect(attributeTerm(key, value, false)).toBe(term);
    expect(attributeTerm(key, value, true)).toBe(`-${term}`);
  });

  it("finds the span it comes from, whatever its key and value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (key, value) => {
        const span = madeUpSpan({ attributes: [{ key, value: text(value) }] });
        const term = attributeTerm(key, value, false);
        if (term !== '""') expect(find([span], term)).toEqual(["1"]);
      }),
    );
  });

  it("is added once, and takes its opposite out", () => {
    const term = attributeTerm("a", "b c", false);
    expect(withTerm("kv", term)).toBe('kv "a=b c"');
    expect(withTerm('kv "a=b c"', term)).toBe('kv "a=b c"');
    expect(withTerm('-"a=b c" kv', term)).toBe('kv "a=b c"');
    expect(withTerm('"a=b c"', `-${term}`)).toBe('-"a=b c"');
  });
});

it("writes a search that finds an attribute on other traces", () => {
  expect(searchTerm("user.id", "u-17")).toBe("user.id:u-17");
  expect(searchTerm("url.path", "//host")).toBe('url.path:"//host"');
  expect(searchTerm("status", 'say "hi" (a..b)')).toBe('"status":"say \\"hi\\" (a..b)"');
});

import { parseSearch } from "@enterspan/backend/search";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parametersOf, queryOfParameters } from "./parameters.ts";
import {
  FIRST_QUERY,
  LIMITS,
  OPERATORS,
  type Query,
  queryOf,
  queryText,
  SUBJECTS,
  type Subject,
  TESTS,
  type Test,
} from "./query.ts";
import { searchTextOf } from "./search-text.ts";

const anyQuery: fc.Arbitrary<Query> = fc
  .record({
    of: fc.constantFrom(...(Object.keys(SUBJECTS) as Subject[])),
    show: fc.array(fc.record({ operator: fc.constantFrom(...OPERATORS), key: fc.string() }), {
      minLength: 1,
      maxLength: 5,
    }),
    where: fc.array(
      fc.record({
        key: fc.string(),
        test: fc.constantFrom(...(Object.keys(TESTS) as Test[])),
        value: fc.string(),
      }),
      { maxLength: 5 },
    ),
    by: fc.array(fc.string(), { maxLength: 5 }),
    order: fc.nat({ max: 4 }),
    isAscending: fc.boolean(),
    limit: fc.constantFrom(...LIMITS),
  })
  .map((query) => ({ ...query, order: query.order % query.show.length }));

describe("a query in the address", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(queryOf(queryText(query))).toEqual(query);
      }),
    );
  });

  it("of nonsense is one that can be asked", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const query = queryOf(text);
        expect(query.show.length).toBeGreaterThan(0);
        expect(query.show[query.order]).toBeDefined();
      }),
    );
    expect(queryText(FIRST_QUERY)).toBeUndefined();
  });
});

describe("the search for the traces behind a number", () => {
  it.each<[Query["where"][number], string]>([
    [{ key: "tier", test: "eq", value: "gold" }, "tier:gold"],
    [{ key: "tier", test: "neq", value: "a b" }, '-tier:"a b"'],
    [{ key: "url", test: "includes", value: "pay" }, "url:*pay*"],
    [{ key: "url", test: "starts_with", value: "/a" }, "url:/a*"],
    [{ key: "url", test: "regex", value: "^/a" }, 'url~"^/a"'],
    [{ key: "$metadata.duration", test: "gt", value: "100" }, "$metadata.duration>100"],
    [{ key: "tier", test: "is_null", value: "" }, "-tier:*"],
    [{ key: "tier", test: "eq", value: "" }, ""],
  ])("%j", (filter, text) => {
    expect(searchTextOf({ of: "spans", where: [filter] }, [])).toBe(text);
  });

  it("has the group, and logs where it is about logs", () => {
    expect(searchTextOf({ of: "logs", where: [] }, [{ key: "$metadata.service", value: 'a "b"' }])).toBe(
      'type:log $metadata.service:"a \\"b\\""',
    );
  });

  it("can always be parsed, where keys are ones that can be typed", () => {
    const key = fc.stringMatching(/^[a-z$][a-z._$]{0,12}$/);
    const value = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ key, test: fc.constantFrom<Test>("eq", "neq", "regex", "exists"), value })),
        (where) => {
          const text = searchTextOf({ of: "spans", where: where.slice(0, 5) }, []);
          if (where.every((filter) => !/^(and|or|not|exists|kind|status|type)$/.test(filter.key)))
            expect(() => parseSearch(text)).not.toThrow();
        },
      ),
    );
  });
});

describe("a query as it is saved", () => {
  it("comes back as it was asked", () => {
    const whole = anyQuery.filter(
      ({ show, where, by }) =>
        show.every(({ operator, key }) => (operator === "count" ? key === "" : key !== "")) &&
        where.every(({ key, test, value }) => key !== "" && /exists|is_null/.test(test) === (value === "")) &&
        !by.includes(""),
    );
    fc.assert(
      fc.property(whole, (query) => {
        expect(queryOfParameters(JSON.parse(JSON.stringify(parametersOf(query, new Map()))))).toEqual(query);
      }),
    );
  });

  it.each([
    {},
    { calculations: [{ operator: "count" }] },
    { calculations: [{ operator: "topk" }], filters: [] },
    { ...parametersOf(FIRST_QUERY, new Map()), filters: [{ kind: "group", filters: [] }] },
  ])("is left out where the builder could not show it: %j", (parameters) => {
    expect(queryOfParameters(parameters)).toBeUndefined();
  });
});

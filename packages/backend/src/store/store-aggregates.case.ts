// Calculations over events: what each operator gives, groups, buckets, and random records and queries against the model
// in aggregate-model.fixture.ts. Part of store.case.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attributesOf, EPOCH, MILLI, newLog, newSpan, newTraceId, request } from "../records.fixture.ts";
import type { AggregateQuery, AggregateRow, Calculation, TypedField } from "./aggregate.ts";
import { type ModelEvent, modelAggregate } from "./aggregate-model.fixture.ts";
import { StoreQueryError } from "./store.ts";
import { everything, type OpenedStore, where } from "./store-cases.fixture.ts";

const RUNS = 60;

const number = (...attributes: string[]): TypedField => ({ field: { attributes }, type: "number" });
const text = (...attributes: string[]): TypedField => ({ field: { attributes }, type: "string" });
const duration: TypedField = { field: { property: "durationMs" }, type: "number" };
const spanName: TypedField = { field: { property: "spanName" }, type: "string" };

const COUNT: Calculation = { operator: "count" };
const query = (parts: Partial<AggregateQuery>): AggregateQuery => ({
  where: everything,
  calculations: [COUNT],
  groupBy: [],
  limit: 1000,
  ...parts,
});

export function aggregateCases(opened: OpenedStore): void {
  const aggregate = (parts: Partial<AggregateQuery>) => opened.store.aggregate(query(parts));
  const valuesOf = async (...calculations: Calculation[]) => (await aggregate({ calculations }))[0]?.values;

  describe("calculates", () => {
    test("every operator, over numbers alone", async () => {
      const values = [1, 2.5, 4, 10, "100", true, Number.NaN, Number.POSITIVE_INFINITY];
      const spans = values.map((n) => newSpan({ attributes: attributesOf({ n }) }));
      await opened.store.write([request({ spans: [...spans, newSpan()] })]);
      const keyed = (operator: Exclude<Calculation["operator"], "count" | "quantile">) =>
        ({ operator, ...number("n") }) as const;
      expect(
        await valuesOf(COUNT, keyed("min"), keyed("max"), keyed("sum"), keyed("avg"), {
          operator: "quantile",
          quantile: 0.5,
          ...number("n"),
        }),
      ).toEqual([9, 1, 10, 17.5, 4.375, 3.25]);
      const [variance, stddev] = (await valuesOf(keyed("variance"), keyed("stddev"))) as [number, number];
      expect(variance).toBeCloseTo(15.5625, 9);
      expect(stddev).toBeCloseTo(Math.sqrt(15.5625), 9);
      expect(await valuesOf({ operator: "uniq", ...text("n") })).toEqual([8]);
    });

    test("texts as the numbers they spell, true as 1", async () => {
      const spans = ["5", "x", "-1.5", ""].map((s) =>
        newSpan({ attributes: attributesOf({ s, b: s === "x" }) }),
      );
      await opened.store.write([request({ spans })]);
      expect(
        await valuesOf(
          { operator: "sum", ...text("s") },
          { operator: "avg", field: { attributes: ["b"] }, type: "boolean" },
        ),
      ).toEqual([3.5, 0.25]);
    });

    test("durations in milliseconds, to the nanosecond", async () => {
      const spans = [1_000_001n, 3_000_003n].map((nanos) => newSpan({ endTimeUnixNano: EPOCH + nanos }));
      await opened.store.write([request({ spans, logs: [newLog()] })]);
      const [min, avg, variance] = (await valuesOf(
        { operator: "min", ...duration },
        { operator: "avg", ...duration },
        { operator: "variance", ...duration },
      )) as number[];
      expect([min, avg]).toEqual([1.000001, 2.000002]);
      expect(variance).toBeCloseTo(2.000004000002, 11);
    });

    test("nothing of nothing: counts and sums are 0, the rest has no value", async () => {
      const operators = ["uniq", "sum", "min", "max", "avg", "stddev", "variance"] as const;
      const calculations = operators.map((operator) => ({ operator, ...number("n") }));
      expect(await aggregate({ calculations: [COUNT, ...calculations] })).toEqual([
        {
          bucket: undefined,
          group: [],
          stored: 0,
          estimated: 0,
          values: [0, 0, 0, undefined, undefined, undefined, undefined, undefined],
        },
      ]);
      expect(await aggregate({ groupBy: [spanName] })).toEqual([]);
    });

    test("numbers too large for a variance are the query's fault", async () => {
      const spans = [1e308, -1e308].map((n) => newSpan({ attributes: attributesOf({ n: n / 3 }) }));
      await opened.store.write([request({ spans })]);
      const asking = valuesOf({ operator: "variance", ...number("n") });
      await expect(asking).rejects.toBeInstanceOf(StoreQueryError);
      await expect(asking).rejects.toMatchObject({ code: "out_of_range" });
    });
  });

  describe("groups", () => {
    const write = () =>
      opened.store.write([
        request({
          spans: ["a", "a", "b", "b", "b"].map((name, at) =>
            newSpan({
              name,
              startTimeUnixNano: EPOCH + BigInt(at) * MILLI,
              endTimeUnixNano: EPOCH + BigInt(at * 3 + 1) * MILLI,
              attributes: attributesOf({ even: at % 2 === 0 }),
            }),
          ),
          logs: [newLog({ timeUnixNano: EPOCH + 9n * MILLI })],
        }),
      ]);
    const groupsOf = (rows: AggregateRow[]) =>
      rows.map(({ group, values }) => [...group, ...values].join(" "));

    test("events by fields of any type, and those that have none", async () => {
      await write();
      const even: TypedField = { field: { attributes: ["even"] }, type: "boolean" };
      expect(groupsOf(await aggregate({ groupBy: [spanName, even] }))).toEqual([
        "b true 2",
        "a false 1",
        "a true 1",
        "b false 1",
        "  1",
      ]);
      expect(groupsOf(await aggregate({ groupBy: [duration] }))).toContain("3 1");
    });

    test("in order of a calculation, those that have a result, page by page", async () => {
      await write();
      const max: Calculation = { operator: "max", ...duration };
      const ordered = { calculations: [COUNT, max], groupBy: [spanName] };
      const by = (parts: Partial<AggregateQuery>) => aggregate({ ...ordered, ...parts }).then(groupsOf);
      expect(await by({ orderBy: { calculation: 0, descending: true } })).toEqual(["b 3 9", "a 2 3", " 1 "]);
      expect(await by({ orderBy: { calculation: 1, descending: false } })).toEqual(["a 2 3", "b 3 9", " 1 "]);
      expect(await by({ orderBy: { calculation: 0, descending: true }, limit: 1, offset: 1 })).toEqual([
        "a 2 3",
      ]);
      expect(await by({ having: [{ calculation: 0, operation: "lte", value: 2 }] })).toEqual([
        "a 2 3",
        " 1 ",
      ]);
      expect(await by({ having: [{ calculation: 1, operation: "neq", value: 3 }] })).toEqual(["b 3 9"]);
    });

    test("by time too, for the groups that are asked for", async () => {
      await write();
      const buckets = { startUnixNano: EPOCH, widthNano: 2n * MILLI, count: 3 };
      const rows = await aggregate({ groupBy: [spanName], buckets, groups: [["b"], [null]] });
      expect(rows.map(({ bucket, group, stored }) => [bucket, ...group, stored])).toEqual([
        [1, "b", 2],
        [2, "b", 1],
        [2, null, 1],
      ]);
    });

    test("what a filter passes", async () => {
      await write();
      const filter = where({ field: { property: "spanName" }, operation: "eq", type: "string", value: "b" });
      expect(await aggregate({ where: filter })).toMatchObject([{ stored: 3 }]);
    });
  });

  test("groups numbers by the steps that they reach, weighted", async () => {
    const values = [-1, 0, 5, 9.5, 10, 11, "7", "x", Number.NaN];
    const spans = values.map((n) => newSpan({ attributes: attributesOf({ n }) }));
    const sampled = newSpan({ traceState: "ot=th:c", attributes: attributesOf({ n: 10 }) });
    await opened.store.write([request({ spans: [...spans, sampled] })]);
    const grouped = async (type: "number" | "string") => {
      const rows = await aggregate({ groupBy: [{ ...number("n"), type, steps: [0, 10] }] });
      return Object.fromEntries(rows.map(({ group, estimated }) => [String(group[0]), estimated]));
    };
    expect(await grouped("number")).toEqual({ 0: 1, 1: 3, 2: 6, null: 3 });
    expect(await grouped("string")).toEqual({ 0: 1, 1: 4, 2: 6, null: 2 });
  });

  describe("counts sampled events for as many as they stand for", () => {
    test.each<[string, Partial<Parameters<typeof newSpan>[0]>, number]>([
      ["a quarter kept", { traceState: "ot=th:c" }, 4],
      ["among other vendors and fields", { traceState: "rojo=1,ot=p:8;th:8;rv:ab,congo=th:c" }, 2],
      ["all kept", { traceState: "ot=th:0" }, 1],
      ["another vendor's key", { traceState: "not=th:c" }, 1],
      ["no threshold", { traceState: "ot=th:xyz" }, 1],
      ["the attribute", { attributes: attributesOf({ "sampling.threshold": "e" }) }, 8],
      [
        "an attribute that is no threshold",
        { attributes: attributesOf({ "sampling.threshold": "none" }) },
        1,
      ],
    ])("%s", async (_, fields, weight) => {
      await opened.store.write([request({ spans: [newSpan(fields)], logs: [newLog()] })]);
      const rows = await aggregate({ groupBy: [{ field: { property: "type" }, type: "string" }] });
      const counts = rows.map(({ group, stored, estimated, values }) => [
        ...group,
        stored,
        estimated,
        ...values,
      ]);
      expect(counts.sort()).toEqual([
        ["cf-worker-log", 1, 1, 1],
        ["cf-worker-span", 1, weight, weight],
      ]);
    });

    test("a trace's weight is that of all its spans, where a span says none of its own", async () => {
      const traceId = newTraceId();
      const spans = ["ot=th:c", "", "ot=th:8"].map((traceState) => newSpan({ traceId, traceState }));
      await opened.store.write([request({ spans: [...spans, newSpan()] })]);
      expect(await aggregate({})).toMatchObject([{ stored: 4, estimated: 4 + 4 + 2 + 1 }]);
    });

    test("quantiles too", async () => {
      const sampled = (n: number, traceState: string) =>
        newSpan({ traceState, attributes: attributesOf({ n }) });
      await opened.store.write([
        request({ spans: [sampled(10, "ot=th:c"), sampled(20, ""), sampled(30, "")] }),
      ]);
      const at = (quantile: number) => ({ operator: "quantile", quantile, ...number("n") }) as const;
      // They lie at 2, 4.5 and 5.5.
      expect(await valuesOf(at(0), at(0.5), at(1))).toEqual([10, 10 + (10 * 1.75) / 2.5, 30]);
    });
  });

  test.each([
    ["not sampled", [undefined]],
    ["sampled", [undefined, "0", "8", "c", "e"]],
  ])("random records and queries, %s, give what a model gives", async (_, thresholds) => {
    let begin = EPOCH;
    await fc.assert(
      fc.asyncProperty(
        fc.array(eventOf(thresholds), { maxLength: 40 }),
        someQuery,
        async (drafts, { buckets, ...parts }) => {
          begin += 10_000n * MILLI;
          const range = {
            ...everything,
            fromUnixNano: begin + 100n * MILLI,
            toUnixNano: begin + 900n * MILLI,
          };
          const asked = query({
            ...parts,
            where: range,
            ...(buckets && { buckets: { ...buckets, startUnixNano: range.fromUnixNano } }),
          });
          const events = drafts.map((draft) => ({
            ...draft,
            atUnixNano: begin + BigInt(draft.offsetMs) * MILLI,
          }));
          await store(events);
          const rows = await opened.store.aggregate(asked);
          expect(sorted(rows)).toEqual(sorted(modelAggregate(events, asked)));
          await agreesWhenCut(asked, rows);
        },
      ),
      { numRuns: RUNS },
    );
  });

  /** Order, limit and having give a part of what there is without them. */
  async function agreesWhenCut(asked: AggregateQuery, all: AggregateRow[]): Promise<void> {
    const threshold = all[0]?.values[0];
    if (asked.buckets || threshold === undefined) return;
    const having = [{ calculation: 0, operation: "gte", value: threshold }] as const;
    const orderBy = { calculation: 0, descending: true };
    const cut = await opened.store.aggregate({ ...asked, having, orderBy, limit: 2, offset: 1 });
    const passing = all.filter(({ values }) => (values[0] ?? Number.NEGATIVE_INFINITY) >= threshold);
    passing.sort((a, b) => (b.values[0] as number) - (a.values[0] as number));
    expect(cut.map(({ values }) => values[0])).toEqual(passing.slice(1, 3).map(({ values }) => values[0]));
  }

  async function store(events: readonly DraftedEvent[]): Promise<void> {
    const requests = events.map(
      ({ kind, atUnixNano, name, durationNano, service, attributes, threshold }) => {
        const own = attributesOf(attributes);
        if (kind === "log") {
          const sampled = threshold ? attributesOf({ "sampling.threshold": threshold }) : [];
          return request({
            logs: [
              newLog({
                timeUnixNano: atUnixNano,
                attributes: [...own, ...sampled, ...attributesOf({ id: newTraceId() })],
              }),
            ],
            service,
          });
        }
        const endTimeUnixNano = atUnixNano + BigInt(durationNano);
        const traceState = threshold ? `ot=th:${threshold}` : "";
        return request({
          spans: [
            newSpan({ name, startTimeUnixNano: atUnixNano, endTimeUnixNano, attributes: own, traceState }),
          ],
          service,
        });
      },
    );
    await opened.store.write(requests);
  }
}

interface DraftedEvent extends ModelEvent {
  offsetMs: number;
  threshold: string | undefined;
}

const WEIGHTS: Readonly<Record<string, number>> = { "0": 1, "8": 2, c: 4, e: 8 };

/** Values are quarters, so that sums are exact in whatever order they are made. */
const someValue = fc.oneof(
  fc.constantFrom("x", "5", "-1.5", "", "1e3", "nan", "inf"),
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -20, max: 20 }).map((quarters) => quarters / 4),
  fc.boolean(),
);

const eventOf = (thresholds: readonly (string | undefined)[]): fc.Arbitrary<DraftedEvent> =>
  fc
    .record({
      kind: fc.constantFrom("span" as const, "log" as const),
      offsetMs: fc.nat({ max: 999 }),
      name: fc.constantFrom("a", "b", "c"),
      durationNano: fc.nat({ max: 50 }).map((tenths) => tenths * 100_000),
      service: fc.constantFrom("one", "two", ""),
      attributes: fc.dictionary(fc.constantFrom("k", "l"), someValue),
      threshold: fc.constantFrom(...thresholds),
    })
    .map((draft) => ({ ...draft, atUnixNano: 0n, weight: WEIGHTS[draft.threshold ?? "0"] as number }));

const someField: fc.Arbitrary<TypedField> = fc.oneof(
  fc.record({
    field: fc.constantFrom(["k"], ["l"], ["k", "l"], ["nobody"]).map((attributes) => ({ attributes })),
    type: fc.constantFrom("string" as const, "number" as const, "boolean" as const),
  }),
  fc.constantFrom(duration, spanName),
  fc
    .constantFrom("service" as const, "type" as const)
    .map((property) => ({ field: { property }, type: "string" as const })),
);

const someCalculation: fc.Arbitrary<Calculation> = fc.oneof(
  fc.constant(COUNT),
  fc
    .tuple(fc.constantFrom("uniq", "min", "max", "sum", "avg", "stddev", "variance"), someField)
    .map(([operator, typed]) => ({ operator, ...typed }) as Calculation),
  fc
    .tuple(fc.constantFrom(0, 0.001, 0.25, 0.5, 0.95, 1), someField)
    .map(([quantile, typed]) => ({ operator: "quantile" as const, quantile, ...typed })),
);

const someQuery = fc.record({
  calculations: fc.array(someCalculation, { minLength: 1, maxLength: 5 }),
  groupBy: fc.array(someField, { maxLength: 2 }),
  buckets: fc.option(
    fc.record({
      widthNano: fc.constantFrom(7n * MILLI, 100n * MILLI, 10_000n * MILLI),
      count: fc.integer({ min: 1, max: 10 }),
    }),
    { nil: undefined },
  ),
});

/** In one order, with what floating point may round either way made equal. */
const sorted = (rows: AggregateRow[]) =>
  rows
    .map((row) => ({
      ...row,
      values: row.values.map((value) => value && rounded(value)),
    }))
    .sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
/** What is left where quantities cancel each other out is no share of them. */
const rounded = (value: number) => (Math.abs(value) < 1e-9 ? 0 : Number(value.toPrecision(9)));
const identity = ({ bucket, group }: AggregateRow) => JSON.stringify([bucket, group]);

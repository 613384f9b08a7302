// Every operator of a filter, on spans. Part of store.case.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { attributesOf, EPOCH, MILLI, newSpan, request } from "../records.fixture.ts";
import { ALL_TIME, type Condition, type ConditionGroup, type EventFilter } from "./filter.ts";
import { StoreQueryError } from "./store.ts";
import { everything, type OpenedStore, where } from "./store-cases.fixture.ts";

export function filterCases(opened: OpenedStore): void {
  describe("filters", () => {
    const attribute = (...names: string[]) => ({ attributes: names });

    beforeEach(async () => {
      const spans = [
        newSpan({
          name: "s1",
          attributes: attributesOf({ text: "Alpha", count: 5, ratio: 0.5, flag: true }),
        }),
        newSpan({
          name: "s2",
          attributes: attributesOf({ text: "beta", count: 50, flag: false }),
          endTimeUnixNano: EPOCH + 40n * MILLI,
        }),
        newSpan({ name: "s3", attributes: attributesOf({ old: "Alpha", count: "5" }) }),
        newSpan({ name: "s4", status: { code: 2, message: "broke" } }),
      ];
      await opened.store.write([request({ spans, service: "one" })]);
    });

    const names = async (...conditions: Condition[]) =>
      (await opened.store.listEvents({ where: where(...conditions), limit: 100 }))
        .map((event) => (event.kind === "span" ? event.span.name : "log"))
        .sort()
        .join(" ");

    test.each<[string, Condition, string]>([
      ["eq", { field: attribute("text"), operation: "eq", type: "string", value: "Alpha" }, "s1"],
      [
        "eq is case-sensitive",
        { field: attribute("text"), operation: "eq", type: "string", value: "alpha" },
        "",
      ],
      [
        "neq passes events without the field",
        { field: attribute("text"), operation: "neq", type: "string", value: "Alpha" },
        "s2 s3 s4",
      ],
      [
        "any of several names",
        { field: attribute("text", "old"), operation: "eq", type: "string", value: "Alpha" },
        "s1 s3",
      ],
      ["a number", { field: attribute("count"), operation: "eq", type: "number", value: 5 }, "s1"],
      [
        "a number as text",
        { field: attribute("count"), operation: "eq", type: "string", value: "5" },
        "s1 s3",
      ],
      [
        "gt compares numbers, not text",
        { field: attribute("count"), operation: "gt", type: "number", value: 6 },
        "s2",
      ],
      ["lte", { field: attribute("count"), operation: "lte", type: "number", value: 50 }, "s1 s2"],
      ["a fraction", { field: attribute("ratio"), operation: "lt", type: "number", value: 0.6 }, "s1"],
      ["true", { field: attribute("flag"), operation: "eq", type: "boolean", value: true }, "s1"],
      ["false", { field: attribute("flag"), operation: "eq", type: "boolean", value: false }, "s2"],
      ["in", { field: attribute("text"), operation: "in", type: "string", values: ["beta", "gamma"] }, "s2"],
      [
        "not_in",
        { field: attribute("text"), operation: "not_in", type: "string", values: ["beta"] },
        "s1 s3 s4",
      ],
      [
        "in of numbers",
        { field: attribute("count"), operation: "in", type: "number", values: [50, 5] },
        "s1 s2",
      ],
      ["includes", { field: attribute("text"), operation: "includes", value: "lph" }, "s1"],
      ["not_includes", { field: attribute("text"), operation: "not_includes", value: "lph" }, "s2 s3 s4"],
      ["includes takes % literally", { field: attribute("text"), operation: "includes", value: "%" }, ""],
      ["starts_with", { field: attribute("text"), operation: "starts_with", value: "Al" }, "s1"],
      ["ends_with", { field: attribute("text"), operation: "ends_with", value: "ta" }, "s2"],
      ["regex", { field: attribute("text"), operation: "regex", value: "^[Ab].*a$" }, "s1 s2"],
      ["exists", { field: attribute("text"), operation: "exists" }, "s1 s2"],
      ["is_null", { field: attribute("text"), operation: "is_null" }, "s3 s4"],
      ["a key nobody stored", { field: attribute("nobody"), operation: "exists" }, ""],
      [
        "the absence of a key nobody stored",
        { field: attribute("nobody"), operation: "is_null" },
        "s1 s2 s3 s4",
      ],
      [
        "the resource's attributes",
        { field: attribute("service.name"), operation: "eq", type: "string", value: "one" },
        "s1 s2 s3 s4",
      ],
      [
        "the duration",
        { field: { property: "durationMs" }, operation: "gt", type: "number", value: 39.9 },
        "s2",
      ],
      ["the error", { field: { property: "error" }, operation: "eq", type: "string", value: "broke" }, "s4"],
      [
        "the status",
        { field: { property: "status" }, operation: "eq", type: "string", value: "error" },
        "s4",
      ],
      [
        "the kind",
        { field: { property: "kind" }, operation: "neq", type: "string", value: "server" },
        "s1 s2 s3 s4",
      ],
      ["a kind", { field: { property: "kind" }, operation: "starts_with", value: "int" }, "s1 s2 s3 s4"],
      ["the name", { field: { property: "spanName" }, operation: "regex", value: "[13]" }, "s1 s3"],
    ])("%s", async (_, condition, expected) => {
      expect(await names(condition)).toBe(expected);
    });

    test("ids match in either case", async () => {
      const span = newSpan({ name: "own", parentSpanId: "00f067aa0ba902b7", traceId: "ab".repeat(16) });
      await opened.store.write([request({ spans: [span] })]);
      for (const [property, id] of [
        ["traceId", span.traceId],
        ["spanId", span.spanId],
        ["parentSpanId", span.parentSpanId],
      ] as const) {
        const field = { property };
        const value = id.toUpperCase();
        expect(await names({ field, operation: "eq", type: "string", value })).toBe("own");
        expect(await names({ field, operation: "in", type: "string", values: [value, "x"] })).toBe("own");
        expect(await names({ field, operation: "not_in", type: "string", values: [value] })).not.toMatch(
          "own",
        );
      }
    });

    test("groups within groups", async () => {
      const name = (value: string): Condition => ({
        field: { property: "spanName" },
        operation: "eq",
        type: "string",
        value,
      });
      const filter: EventFilter = {
        ...ALL_TIME,
        conditions: {
          combine: "all",
          conditions: [
            {
              combine: "any",
              conditions: [name("s1"), name("s2"), { combine: "all", conditions: [name("s3"), name("s4")] }],
            },
            { field: attribute("count"), operation: "lt", type: "number", value: 10 },
          ],
        },
      };
      const events = await opened.store.listEvents({ where: filter, limit: 10 });
      expect(events.map((event) => event.kind === "span" && event.span.name)).toEqual(["s1"]);
    });

    test("none of several, and a needle among conditions", async () => {
      const filter = async (
        combine: ConditionGroup["combine"],
        ...conditions: ConditionGroup["conditions"]
      ) => {
        const where: EventFilter = { ...ALL_TIME, conditions: { combine, conditions } };
        const events = await opened.store.listEvents({ where, limit: 10 });
        return events
          .map((event) => event.kind === "span" && event.span.name)
          .sort()
          .join(" ");
      };
      const hasText: Condition = { field: attribute("text"), operation: "exists" };
      const alpha = { needle: { value: "alpha", isRegex: false, matchCase: false } };
      expect(await filter("none", hasText)).toBe("s3 s4");
      expect(await filter("none", hasText, alpha)).toBe("s4");
      expect(await filter("all", hasText, { combine: "none", conditions: [alpha] })).toBe("s2");
      expect(await filter("any", alpha, { combine: "none", conditions: [hasText] })).toBe("s1 s3 s4");
      expect(await filter("none")).toBe("s1 s2 s3 s4");
      const broken = { needle: { value: "[", isRegex: true, matchCase: false } };
      await expect(filter("none", broken)).rejects.toMatchObject({ code: "invalid_regex" });
    });

    test("full text: attributes, names, resources; with and without case; as a regular expression", async () => {
      const found = async (value: string, options: { isRegex?: boolean; matchCase?: boolean } = {}) => {
        const needle = { value, isRegex: false, matchCase: false, ...options };
        const events = await opened.store.listEvents({ where: { ...everything, needle }, limit: 10 });
        return events
          .map((event) => event.kind === "span" && event.span.name)
          .sort()
          .join(" ");
      };
      expect(await found("alpha")).toBe("s1 s3");
      expect(await found("alpha", { matchCase: true })).toBe("");
      expect(await found("Alpha", { matchCase: true })).toBe("s1 s3");
      expect(await found("S[24]", { isRegex: true })).toBe("s2 s4");
      expect(await found("one")).toBe("s1 s2 s3 s4");
      expect(await found("broke")).toBe("s4");
    });

    test("a malformed regular expression is the query's fault", async () => {
      const condition: Condition = { field: attribute("text"), operation: "regex", value: "a(b" };
      for (const ask of [
        () => opened.store.listEvents({ where: where(condition), limit: 1 }),
        () => opened.store.listTraces({ where: where(condition), limit: 1 }),
        () => opened.store.countEvents(where(condition), 1n),
        () =>
          opened.store.listKeys({ ...everything, needle: { value: "[", isRegex: true, matchCase: false } }),
      ]) {
        const error = await ask().catch((fault: unknown) => fault);
        expect(error).toBeInstanceOf(StoreQueryError);
        expect(error).toMatchObject({ code: "invalid_regex" });
      }
    });
  });
}

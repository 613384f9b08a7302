// Findings about a request as a whole, on made-up requests whose answer is known from how they were made: a span that is
// most of the time, a slow first byte, work after the response.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan } from "../made-up.fixture.ts";
import type { Span } from "../model.ts";
import { nanos } from "../time.ts";
import { buildTree, type Tree } from "../tree.ts";
import { findInsights } from "./find-insights.ts";
import type { InsightKind } from "./insight.ts";
import { Program } from "./programs.fixture.ts";

const saidOf = (tree: Tree, kind: InsightKind): string[] =>
  findInsights(tree)
    .filter((insight) => insight.kind === kind)
    .map(({ evidence }) => evidence.map((position) => tree.spans[position]?.spanId).join(" "));

const treeOf = (program: Program): Tree =>
  buildTree(program.spans.toSorted((a, b) => a.start - b.start || Number(a.spanId) - Number(b.spanId)));

/** A key of its own for each call: none reads what another has read. */
const key = (value: number) => ({ "cloudflare.kv.query.keys": `k${value}` });

describe("a span that is most of the time", () => {
  const others = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 20 }), isTogether: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  });

  it("is named, whatever is done before it and beside it, and however deep it is", () => {
    fc.assert(
      fc.property(others, fc.integer({ min: 0, max: 3 }), (calls, depth) => {
        const program = new Program();
        let slow = "";
        const within = (parent: string, levels: number): void => {
          if (levels === 0) slow = program.call(parent, "fetch", 1_000, { "url.full": "https://a.example/" });
          else program.within(parent, `step ${levels}`, (id) => within(id, levels - 1));
        };
        program.within("", "GET", (root) => {
          calls.forEach(({ ms, isTogether }, index) => {
            if (isTogether)
              program.together(root, "kv_get", [
                { ms, attributes: key(index) },
                { ms, attributes: key(index + 100) },
              ]);
            else program.call(root, "kv_get", ms, key(index));
          });
          within(root, depth);
        });
        expect(saidOf(treeOf(program), "dominant")).toEqual([slow]);
      }),
    );
  });

  it("is none where it is long beside a longer one, or one of several that are as long", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 100, max: 400 }), (count, ms) => {
        const program = new Program();
        program.within("", "GET", (root) => {
          // Nobody waits for the shorter of the two: it is no part of the time at all.
          const pair = [ms, ms - 10].map((each, index) => ({ ms: each, attributes: key(index) }));
          for (let index = 0; index < count; index++) program.together(root, "kv_get", pair);
        });
        expect(saidOf(treeOf(program), "dominant")).toEqual([]);
      }),
    );
  });
});

describe("when the response began", () => {
  interface Made {
    readonly firstByte: number;
    readonly length: number;
    readonly calls: readonly { readonly start: number; readonly ms: number }[];
  }
  /** Calls that may overlap, before and after the first byte. */
  const made: fc.Arbitrary<Made> = fc
    .record({ firstByte: fc.integer({ min: 1, max: 3_000 }), length: fc.integer({ min: 3_000, max: 5_000 }) })
    .chain((request) =>
      fc
        .array(
          fc.record({ start: fc.integer({ min: 0, max: 2_990 }), ms: fc.integer({ min: 1, max: 2_000 }) }),
          {
            maxLength: 6,
          },
        )
        .map((calls) => ({ ...request, calls })),
    );

  const requestOf = ({ firstByte, length, calls }: Made): Tree => {
    const end = Math.max(length, ...calls.map(({ start, ms }) => start + ms));
    const spans: Span[] = [
      madeUpSpan({
        spanId: "root",
        product: "Invocation",
        duration: nanos(end * 1e6),
        attributes: [
          {
            key: "cloudflare.response.time_to_first_byte_ms",
            value: { type: "int", value: BigInt(firstByte) },
          },
        ],
      }),
      ...calls.map(({ start, ms }, index) =>
        madeUpSpan({
          spanId: `${start}+${ms} ${index}`,
          parentSpanId: "root",
          name: "kv_put",
          product: "KV",
          start: nanos(start * 1e6),
          duration: nanos(ms * 1e6),
        }),
      ),
    ];
    return buildTree(spans.toSorted((a, b) => a.start - b.start));
  };

  it("is slow beyond 0.8 s, with calls as evidence that ran before it", () => {
    fc.assert(
      fc.property(made, (request) => {
        const said = saidOf(requestOf(request), "slow-first-byte");
        expect(said.length).toBe(request.firstByte > 800 ? 1 : 0);
        const [first, ...evidence] = said[0]?.match(/root|\d+\+\d+/g) ?? ["root"];
        expect(first).toBe("root");
        for (const call of evidence) expect(Number.parseInt(call, 10)).toBeLessThan(request.firstByte);
        expect(evidence.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves work behind it: every call that began later, where they are a tenth of the request", () => {
    fc.assert(
      fc.property(made, (request) => {
        const { firstByte, length, calls } = request;
        const after = calls.filter(({ start }) => start >= firstByte);
        const whole = Math.max(length, ...calls.map(({ start, ms }) => start + ms));
        const took = Math.max(0, ...after.map(({ start, ms }) => start + ms - firstByte));
        const said = saidOf(requestOf(request), "after-response");
        expect(said.length).toBe(after.length > 0 && took >= whole / 10 ? 1 : 0);
        const evidence = said[0]?.match(/\d+\+\d+/g)?.toSorted() ?? [];
        if (said.length > 0)
          expect(evidence).toEqual(after.map(({ start, ms }) => `${start}+${ms}`).toSorted());
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { madeUpSpan, tangledSpans } from "../made-up.fixture.ts";
import { nanos } from "../time.ts";
import { buildTree } from "../tree.ts";
import { findInsights } from "./find-insights.ts";
import type { Insight } from "./insight.ts";
import { type Expected, Program, programs } from "./programs.fixture.ts";

function insightsOf(program: Program): { insights: Insight[]; said: string[] } {
  const tree = buildTree(
    program.spans.toSorted((a, b) => a.start - b.start || Number(a.spanId) - Number(b.spanId)),
  );
  const insights = findInsights(tree);
  const said = insights.map(({ kind, evidence }) =>
    line({ kind, evidence: evidence.map((position) => tree.spans[position]?.spanId ?? "") }),
  );
  return { insights, said };
}
const line = ({ kind, evidence }: Expected): string => `${kind}: ${evidence.join(" ")}`;

describe("findInsights", () => {
  it("says what is to be said of made-up programs, and next to nothing else", () => {
    const counts = { right: 0, wrong: 0, missed: 0 };
    for (const { program } of fc.sample(programs, { numRuns: 1_000, seed: 6 })) {
      // A dominant span depends on all blocks together: it has its own test.
      const said = new Set(insightsOf(program).said.filter((one) => !one.startsWith("dominant")));
      const expected = new Set(program.expected.map(line));
      for (const one of said) counts[expected.has(one) ? "right" : "wrong"]++;
      for (const one of expected) if (!said.has(one)) counts.missed++;
    }
    // Of 6,000 such programs: 5 findings of some 14,000 were wrong, 1 was missed, where two blocks in a row happened to
    // pause for as long as a loop would.
    expect(counts.right).toBeGreaterThan(2_000);
    expect(counts.wrong).toBeLessThanOrEqual(0.002 * counts.right);
    expect(counts.missed).toBeLessThanOrEqual(0.002 * counts.right);
  });

  it("never promises more than the request takes, whatever the trace", () => {
    fc.assert(
      fc.property(programs, ({ program }) => {
        for (const { win } of insightsOf(program).insights) {
          expect(win).toBeGreaterThanOrEqual(0);
          expect(win).toBeLessThanOrEqual(program.now * 1e6);
        }
      }),
    );
    fc.assert(
      fc.property(tangledSpans, (spans) => {
        findInsights(buildTree(spans));
      }),
    );
  });

  it("is right about what would be won", () => {
    const program = new Program();
    const key = (value: string) => ({ "cloudflare.kv.query.keys": value });
    program.within("", "GET", (root) => {
      program.call(root, "kv_get", 10, key("a"));
      program.call(root, "kv_get", 30, key("b"));
      program.call(root, "kv_get", 20, key("c"));
      program.compute(50);
    });
    expect(insightsOf(program).insights.map(({ kind, win }) => [kind, win])).toEqual([["sequential", 30e6]]);
  });

  it("names the span that is most of the time", () => {
    const program = new Program();
    let slow = "";
    program.within("", "GET", (root) => {
      program.call(root, "kv_get", 10, {});
      slow = program.call(root, "fetch", 90, {});
    });
    expect(insightsOf(program).said).toEqual([`dominant: ${slow}`]);
  });

  it("says nothing of time that nobody waited for", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "root", product: "Invocation", duration: nanos(20e6) }),
      ...[0, 1, 2].map((index) =>
        madeUpSpan({
          spanId: `late ${index}`,
          parentSpanId: "root",
          name: "kv_get",
          product: "KV",
          start: nanos(30e6 + index * 10e6),
          duration: nanos(10e6),
          attributes: [{ key: "cloudflare.kv.query.keys", value: { type: "string", value: String(index) } }],
        }),
      ),
    ]);
    expect(findInsights(tree).map(({ kind }) => kind)).toEqual(["dominant"]);
  });

  it("sees when the response began, and what ran after it", () => {
    const withFirstByte = (ms: number) =>
      buildTree([
        madeUpSpan({
          spanId: "root",
          product: "Invocation",
          duration: nanos(2_000e6),
          attributes: [
            { key: "cloudflare.response.time_to_first_byte_ms", value: { type: "int", value: BigInt(ms) } },
          ],
        }),
        madeUpSpan({
          spanId: "a",
          parentSpanId: "root",
          name: "kv_get",
          product: "KV",
          duration: nanos(900e6),
        }),
        madeUpSpan({
          spanId: "b",
          parentSpanId: "root",
          name: "kv_put",
          product: "KV",
          start: nanos(1_100e6),
          duration: nanos(500e6),
        }),
      ]);
    const kinds = (ms: number) =>
      findInsights(withFirstByte(ms)).map(({ kind, evidence, win }) => [kind, evidence, win]);
    expect(kinds(1_000)).toEqual([
      ["slow-first-byte", [0, 1], 200e6],
      ["after-response", [2], 0],
    ]);
    expect(kinds(1_900)).toEqual([["slow-first-byte", [0, 1, 2], 1_100e6]]);
    expect(kinds(100)).toEqual([["after-response", [2], 0]]);
  });

  it("does not call an error swallowed that reached the caller", () => {
    const tree = buildTree([
      madeUpSpan({ spanId: "root", product: "Invocation", status: "error" }),
      madeUpSpan({ spanId: "step", parentSpanId: "root" }),
      madeUpSpan({ spanId: "call", parentSpanId: "step", name: "fetch", product: "fetch", status: "error" }),
    ]);
    expect(findInsights(tree)).toEqual([]);
  });
});

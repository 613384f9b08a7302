// The coverage of the catalogue, worked out from trees that are made up: what counts as had, as equal, as explained.
import { expect, test } from "vitest";
import type { Case, Deviation } from "./case.ts";
import { type CaseTrees, coverageOf, unexplained } from "./coverage.ts";
import { coverageLines, coveragePage } from "./coverage-page.ts";
import { WORKERD } from "./traits.ts";
import type { SpanNode, Value } from "./tree.ts";

const node = (name: string, attributes: Record<string, Value>, ...children: SpanNode[]): SpanNode => ({
  name,
  attributes,
  status: { code: "unset" },
  exceptions: [],
  logs: [],
  children,
});

const request = (...children: SpanNode[]): SpanNode => node("GET", { "faas.trigger": "http" }, ...children);

function run(theirs: SpanNode[], ours: SpanNode[], beyond: Deviation[] = []): CaseTrees {
  const one: Case = { name: "made/up", worker: "", beyond };
  return { one, theirs: [request(...theirs)], ours: [request(...ours)] };
}

function row(runs: CaseTrees[], span: string, key: string) {
  const rows = coverageOf(runs, WORKERD).flatMap((section) => section.rows);
  return rows.find((one) => one.span === span && one.key === key);
}

const KEY = "cloudflare.kv.query.keys";

test("a key is equal where both have the same values in every case, in any order", () => {
  const [a, b] = [node("kv_get", { [KEY]: "a" }), node("kv_get", { [KEY]: "b" })];
  expect(row([run([a, b], [b, a])], "kv_get", KEY)).toMatchObject({
    runtime: true,
    enterspan: true,
    equal: true,
    reasons: [],
  });
  expect(row([run([a], [a]), run([a], [b])], "kv_get", KEY)?.equal).toBe(false);
  expect(row([run([a, a], [a])], "kv_get", KEY)?.equal).toBe(false);
});

test("names go by the catalogue's spelling", () => {
  const theirs = node("durable_object_storage_getAlarm", { objectId: "1" });
  const ours = node("durable_object_alarms_getAlarm", { "cloudflare.durable_object.id": "1" });
  expect(
    row([run([theirs], [ours])], "durable_object_alarms_getAlarm", "cloudflare.durable_object.id"),
  ).toMatchObject({ runtime: true, enterspan: true, equal: true });
});

test("attributes of a root span are its handler's, and every root's", () => {
  const runs = [run([], [])];
  expect(row(runs, "every root span", "faas.trigger")).toMatchObject({ equal: true });
  const asked = [{ ...run([], []), theirs: [node("GET", { "faas.trigger": "http", "url.path": "/" })] }];
  expect(row(asked, "(fetch)", "url.path")).toMatchObject({ runtime: true, enterspan: false });
});

test("a difference without a reason is told of; a case's deviation and a general rule are reasons", () => {
  const theirs = node("kv_get", { [KEY]: "a" });
  const ours = node("kv_get", { [KEY]: "a", "error.type": "Error" });
  const names = (runs: CaseTrees[]) =>
    unexplained(coverageOf(runs, WORKERD)).map(({ span, key }) => `${span} ${key}`);
  expect(names([run([theirs], [ours])])).toContain("kv_get error.type");
  const because = "told by the case";
  const declared = [
    run([theirs], [ours], [{ span: "kv_get", because, attributes: { "error.type": "Error" } }]),
  ];
  expect(names(declared)).not.toContain("kv_get error.type");
  expect(row(declared, "kv_get", "error.type")?.reasons).toEqual([because]);
  expect(row([run([], [])], "every root span", "cloudflare.cpu_time_ms")?.reasons).toEqual([
    expect.stringContaining("Cloudflare"),
  ]);
});

test("what the resource says counts for every span", () => {
  const ours = { ...request(), resource: { "service.name": "shop" } };
  const runs = [{ ...run([], []), ours: [ours] }];
  expect(row(runs, "every span", "service.name")).toMatchObject({ runtime: false, enterspan: true });
});

test("the page numbers each reason once, and the terminal shows what differs", () => {
  const because = "told by the case";
  const theirs = node("kv_get", { [KEY]: "a" });
  const ours = node("kv_get", { [KEY]: "b" });
  const sections = coverageOf(
    [run([theirs], [ours], [{ span: "kv_get", because, attributes: { [KEY]: "b" } }])],
    WORKERD,
  );
  const page = coveragePage(sections);
  expect(page).toMatch(/\| `cloudflare\.kv\.query\.keys` \| ✓ \| ✓ \| ✗ \| \[\d+\]\(#notes\) \|/);
  expect(page.split("\n").filter((line) => line.endsWith(because))).toHaveLength(1);
  expect(coverageLines(sections)).toContain(`cloudflare.kv.query.keys`);
});

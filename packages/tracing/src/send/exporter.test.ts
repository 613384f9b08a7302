// What leaves: in requests of bounded size, in a bounded queue, and what cannot leave is counted and told once.

import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, it, vi } from "vitest";
import type { Host, PostResult } from "../host.ts";
import {
  MAX_QUEUED_CHARACTERS,
  MAX_REQUEST_CHARACTERS,
  MAX_REQUESTS_AT_ONCE,
  MAX_SENDING_MS,
  SEND_QUIET_MS,
} from "../limits.ts";
import { recordLog } from "../logs.ts";
import type { IncomingContext } from "../propagation.ts";
import { plainValue, testRuntime } from "../recorder.fixture.ts";
import type { Runtime } from "../runtime.ts";
import { CLIENT, INTERNAL, SERVER } from "../span-record.ts";

/** An ended invocation of `spans` spans with a text of `characters` each. */
function ended(runtime: Runtime, spans: number, characters: number) {
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  for (let i = 1; i < spans; i++)
    invocation.open(0, `s${i}`, INTERNAL)?.setAttribute("text", "x".repeat(characters));
  invocation.end("ok");
  return invocation;
}

describe("what ends within the delay", () => {
  /** Time passes when it is told to, and whoever sleeps until then wakes, in order. */
  function slowTime() {
    let time = 0;
    let sleeping: { until: number; wake: () => void }[] = [];
    return {
      now: () => time,
      sleep: (ms: number) =>
        new Promise<void>((wake) => void sleeping.push({ until: time + Math.max(ms, 0), wake })),
      async pass(ms: number) {
        for (const end = time + ms; time < end; ) {
          time++;
          const due = sleeping.filter(({ until }) => until <= time);
          sleeping = sleeping.filter(({ until }) => until > time);
          for (const { wake } of due) wake();
          // What they do next takes some microtasks.
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    };
  }

  const roots = ({ body }: { body: string }) => body.match(/"name":"root"/g)?.length;

  it("leaves in one request, once nothing more has ended for a moment", async () => {
    const { pass, ...time } = slowTime();
    const { runtime, bodies } = testRuntime({ sendDelayMs: 100 }, time);
    for (let i = 0; i < 3; i++) {
      void runtime.exporter.export(ended(runtime, 1, 1));
      await pass(10);
    }
    expect(bodies).toEqual([]);
    await pass(SEND_QUIET_MS);
    expect(bodies.map(roots)).toEqual([3]);
  });

  it("leaves after the delay, however much goes on ending", async () => {
    const { pass, ...time } = slowTime();
    const { runtime, bodies } = testRuntime({ sendDelayMs: 100 }, time);
    for (let i = 0; i < 30; i++) {
      void runtime.exporter.export(ended(runtime, 1, 1));
      await pass(10);
    }
    expect(bodies.map(roots)).toEqual([10, 10, 10]);
  });

  it("leaves without the one that ended last, should that have been killed", async () => {
    const { pass, ...time } = slowTime();
    let isKilled = false;
    const sleep = (ms: number) => (isKilled ? new Promise<void>(() => {}) : time.sleep(ms));
    const { runtime, bodies } = testRuntime({ sendDelayMs: 100 }, { ...time, sleep });
    void runtime.exporter.export(ended(runtime, 1, 1));
    await pass(10);
    isKilled = true;
    void runtime.exporter.export(ended(runtime, 1, 1));
    isKilled = false;
    await pass(90);
    expect(bodies.map(roots)).toEqual([2]);
  });
});

describe("a trace too large for one request", () => {
  it("leaves in several, complete and in order", async () => {
    const { runtime, bodies } = testRuntime();
    await runtime.exporter.export(ended(runtime, 5_000, 2_000));
    expect(bodies.length).toBeGreaterThan(4);
    for (const { body } of bodies) expect(body.length).toBeLessThan(1.01 * MAX_REQUEST_CHARACTERS);
    const names = bodies
      .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
    expect(names).toEqual(["root", ...Array.from({ length: 4_999 }, (_, i) => `s${i + 1}`)]);
  });
});

it("an invocation that cannot be encoded costs its own records, which later requests tell of", async () => {
  const warn = vi.fn();
  const { runtime, bodies } = testRuntime({}, { warn });
  const broken = runtime.begin({ name: "root", kind: SERVER });
  for (const text of ["one", "two"]) recordLog(broken.root, "info", [text]);
  broken.end("ok");
  vi.spyOn(broken.redaction, "span").mockImplementationOnce(() => {
    throw new RangeError("of ours");
  });
  await runtime.exporter.export(broken);
  await runtime.exporter.export(ended(runtime, 2, 1));
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("lost (RangeError: of ours)"));
  expect(bodies).toHaveLength(1);
  expect(bodies[0]?.body).toContain('"enterspan.dropped_records","value":{"intValue":"3"}');
});

describe("a receiver that refuses", () => {
  it("costs what it refused, which later requests tell of", async () => {
    const warn = vi.fn();
    const bodies: string[] = [];
    const statuses = [413, 200];
    const { runtime } = testRuntime(
      {},
      {
        warn,
        post: async (_url, _headers, body) => {
          bodies.push(body);
          return { status: statuses.shift() ?? 200 };
        },
      },
    );
    await runtime.exporter.export(ended(runtime, 3, 1));
    await runtime.exporter.export(ended(runtime, 1, 1));
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/413: 3 spans or logs are lost. It takes no request this large/),
    );
    expect(bodies.at(-1)).toContain('"enterspan.dropped_records","value":{"intValue":"3"}');
  });

  it("tells of what it took only in part", async () => {
    const warn = vi.fn();
    const bodies: string[] = [];
    const answers = ['{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}', "garbage"];
    const post: Host["post"] = async (_url, _headers, body) => {
      bodies.push(body);
      return { status: 200, body: answers.shift() ?? "" };
    };
    const { runtime } = testRuntime({}, { warn, post });
    for (let i = 0; i < 3; i++) await runtime.exporter.export(ended(runtime, 3, 1));
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      "enterspan: http://collector.test/v1/traces rejected 2 of 3 spans or logs, which are lost: too old",
    );
    expect(bodies.at(-1)).toContain('"enterspan.dropped_records","value":{"intValue":"2"}');
  });

  it("that is away is told of with the reason that Node keeps in the cause", async () => {
    const warn = vi.fn();
    const post = () => Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }));
    const { runtime } = testRuntime({}, { warn, post, sleep: async () => {} });
    await runtime.exporter.export(ended(runtime, 1, 1));
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining("cannot be reached (fetch failed: ECONNREFUSED): spans and logs wait"),
    );
  });

  it("makes no queue that grows without end", async () => {
    const { runtime } = testRuntime(
      {},
      { warn: () => {}, sleep: async () => {}, post: () => Promise.reject(new Error("away")) },
    );
    const queued = () => runtime.exporter.queuedCharacters;
    for (let i = 0; i < 12; i++) await runtime.exporter.export(ended(runtime, 2_000, 2_000));
    expect(queued()).toBeLessThanOrEqual(MAX_QUEUED_CHARACTERS);
    expect(queued()).toBeGreaterThan(MAX_QUEUED_CHARACTERS / 2);
  });

  it("makes no queue of logs alone that grows without end", async () => {
    const away = { warn: () => {}, sleep: async () => {}, post: () => Promise.reject(new Error("away")) };
    const { runtime } = testRuntime({ traces: { enabled: false } }, away);
    for (let i = 0; i < 40; i++) {
      const invocation = runtime.begin({ name: "root", kind: SERVER });
      for (let j = 0; j < 10; j++) recordLog(invocation.root, "info", ["x".repeat(100_000)]);
      invocation.end("ok");
      await runtime.exporter.export(invocation);
    }
    expect(runtime.exporter.queuedCharacters).toBeLessThanOrEqual(MAX_QUEUED_CHARACTERS);
    expect(runtime.exporter.queuedCharacters).toBeGreaterThan(MAX_QUEUED_CHARACTERS / 2);
  });

  it("loses no more than it was sent, whatever it says", async () => {
    const bodies: string[] = [];
    const post: Host["post"] = async (_url, _headers, body) => {
      bodies.push(body);
      return { status: 200, body: '{"partialSuccess":{"rejectedSpans":"9000"}}' };
    };
    const { runtime } = testRuntime({}, { warn: () => {}, post });
    for (let i = 0; i < 2; i++) await runtime.exporter.export(ended(runtime, 3, 1));
    expect(bodies.at(-1)).toContain('"enterspan.dropped_records","value":{"intValue":"3"}');
  });
});

describe("a receiver that is slow", () => {
  /** Answers when it is told to, in order. */
  function slow() {
    const waiting: ((result: PostResult) => void)[] = [];
    const bodies: string[] = [];
    const post: Host["post"] = (_url, _headers, body) => {
      bodies.push(body);
      return new Promise((resolve) => void waiting.push(resolve));
    };
    return { waiting, bodies, post };
  }

  it("has few requests at once, and those that are under way take along what ends meanwhile", async () => {
    const { waiting, bodies, post } = slow();
    const { runtime } = testRuntime({}, { post, sleep: async () => {} });
    const exports = Array.from({ length: 2 }, () => runtime.exporter.export(ended(runtime, 1, 1)));
    await expect.poll(() => waiting).toHaveLength(1);
    exports.push(runtime.exporter.export(ended(runtime, 1, 1)));
    await expect.poll(() => waiting).toHaveLength(2);
    // These find both taken: they leave their records and need not wait.
    for (let i = 0; i < 50; i++) await runtime.exporter.export(ended(runtime, 1, 1));
    expect(waiting).toHaveLength(MAX_REQUESTS_AT_ONCE);
    expect(runtime.exporter.queuedCharacters).toBeGreaterThan(0);
    waiting.shift()?.({ status: 200 });
    await expect.poll(() => bodies).toHaveLength(3);
    for (const answer of waiting) answer({ status: 200 });
    await Promise.all(exports);
    expect(bodies.flatMap((body) => body.match(/"name":"root"/g) ?? [])).toHaveLength(53);
    expect(runtime.exporter.queuedCharacters).toBe(0);
  });

  it("does not keep logs back while spans are under way", async () => {
    const { waiting, bodies, post } = slow();
    const { runtime } = testRuntime({}, { post, sleep: async () => {} });
    const exports: Promise<void>[] = [];
    for (let i = 0; i < MAX_REQUESTS_AT_ONCE; i++) {
      exports.push(runtime.exporter.export(ended(runtime, 1, 1)));
      await expect.poll(() => waiting).toHaveLength(i + 1);
    }
    const talks = runtime.begin({ name: "root", kind: SERVER });
    const body = { stringValue: "said" };
    talks.log({ time: 1, spanIndex: 0, spansBefore: 1, severityNumber: 9, severityText: "INFO", body }, 4);
    talks.end("ok");
    exports.push(runtime.exporter.export(talks));
    await expect.poll(() => bodies.at(-1)).toContain("said");
    const answered = Promise.all(exports);
    while (runtime.exporter.queuedCharacters > 0) {
      for (const answer of waiting.splice(0)) answer({ status: 200 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await answered;
  });

  it("is waited for by an invocation of many spans, which loses none", async () => {
    const bodies: string[] = [];
    const post: Host["post"] = async (_url, _headers, body) => {
      bodies.push(body);
      await new Promise((resolve) => setTimeout(resolve, 1));
      return { status: 200 };
    };
    const { runtime } = testRuntime({}, { post });
    await Promise.all(Array.from({ length: 3 }, () => runtime.exporter.export(ended(runtime, 40_000, 100))));
    const sent = bodies.reduce((sum, body) => sum + (body.match(/"spanId"/g) ?? []).length, 0);
    expect(sent).toBe(120_000);
  });

  it("costs nothing of what a killed invocation was sending", async () => {
    let now = 0;
    const { waiting, bodies, post } = slow();
    const { runtime } = testRuntime({}, { post, sleep: async () => {}, now: () => now });
    for (let i = 0; i < MAX_REQUESTS_AT_ONCE; i++) {
      void runtime.exporter.export(ended(runtime, 1, 1));
      await expect.poll(() => waiting).toHaveLength(i + 1);
    }
    now += MAX_SENDING_MS;
    const next = runtime.exporter.export(ended(runtime, 1, 1));
    await expect.poll(() => bodies).toHaveLength(MAX_REQUESTS_AT_ONCE + 1);
    expect(bodies.at(-1)?.match(/"name":"root"/g)).toHaveLength(3);
    for (const answer of waiting) answer({ status: 200 });
    await next;
    expect(runtime.exporter.queuedCharacters).toBe(0);
  });
});

it("a part whose root stands for its parent leaves without it", async () => {
  const { runtime, bodies } = testRuntime();
  const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: true, traceState: "" };
  const invocation = runtime.begin({ name: "root", kind: SERVER, part: "bare", context: { parent } });
  invocation.open(0, "child", INTERNAL);
  invocation.end("ok");
  await runtime.exporter.export(invocation);
  const spans = bodies.flatMap(({ body }) => decodeTracesJson(body).resourceSpans[0]?.scopeSpans[0]?.spans);
  expect(spans.map((span) => [span?.name, span?.parentSpanId])).toEqual([["child", parent.spanId]]);
});

it("a span says whether its parent is another process's, and what of it could not be kept", async () => {
  const sent = async (context: IncomingContext) => {
    const { runtime, bodies } = testRuntime();
    const invocation = runtime.begin({ name: "root", kind: SERVER, context });
    invocation.spans.drop(invocation.spans.open(0, "child", CLIENT, 1), "droppedAttributes");
    invocation.end("ok");
    await runtime.exporter.export(invocation);
    const [resource] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans;
    return resource?.scopeSpans[0]?.spans.map(({ flags, droppedAttributesCount }) => [
      flags,
      droppedAttributesCount,
    ]);
  };
  const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: true, traceState: "" };
  expect(await sent({ parent })).toEqual([
    [0x301, 0],
    [0x101, 1],
  ]);
  expect(await sent({})).toEqual([
    [0x101, 0],
    [0x101, 1],
  ]);
});

it("text is sent as any receiver reads it: halves of characters are replaced, whatever looks like one is not", async () => {
  const { runtime, bodies } = testRuntime();
  const invocation = runtime.begin({ name: "half \ud83d", kind: SERVER });
  const texts = ["\udead", "whole \ud83d\ude00", "C:\\udad", "C:\\udead", "\\\ud800\\", "\\\\ud800"];
  for (const [i, text] of texts.entries()) invocation.spans.setAttribute(0, `key ${i}`, text);
  invocation.end("ok");
  await runtime.exporter.export(invocation);
  const body = bodies[0]?.body ?? "";
  const [root] = decodeTracesJson(body).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(root?.name).toBe("half \ufffd");
  expect(root?.attributes.slice(0, texts.length).map(({ value }) => plainValue(value))).toEqual(
    texts.map((text) => text.toWellFormed()),
  );
  // Some refuse what JSON has for them.
  expect(body).not.toMatch(/(?<!\\)\\ud/);
});

describe("spans of another library", () => {
  it("leave under their own scope, with links and lists of every kind", async () => {
    const { runtime, bodies } = testRuntime();
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    const { spans } = invocation;
    const scope = { name: "pg", version: "8.1", schemaUrl: "https://opentelemetry.io/schemas/1.30.0" };
    for (const name of ["q1", "q2"]) spans.setScope(spans.open(0, name, CLIENT, 1), scope);
    spans.setAttribute(1, "db.ids", [1, 2.5, true, "x\ud800"]);
    const link = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: false, traceState: "" };
    for (let i = 0; i < 130; i++) spans.addLink(1, { ...link, attributes: ["n", i] });
    invocation.end("ok");
    await runtime.exporter.export(invocation);
    const [resource] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans;
    expect(
      resource?.scopeSpans.map(({ scope, schemaUrl, spans }) => [scope?.name, schemaUrl, spans.length]),
    ).toEqual([
      ["@enterspan/tracing", "", 1],
      ["pg", scope.schemaUrl, 2],
    ]);
    const q1 = resource?.scopeSpans[1]?.spans[0];
    expect(q1?.links).toHaveLength(128);
    expect(q1?.droppedLinksCount).toBe(2);
    expect(q1?.links[1]).toMatchObject({
      traceId: link.traceId,
      spanId: link.spanId,
      attributes: [{ key: "n" }],
      flags: 0x300,
    });
    expect(plainValue(q1?.attributes[0]?.value as never)).toEqual([1, 2.5, true, "x\ufffd"]);
  });
});

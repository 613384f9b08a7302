// Limits (semantics.md, "Span"), in numbers, and what says that one has been reached. That of spans, and of what an isolate
// holds, are tested in robust.test.ts.
import { expect, test } from "vitest";
import type { Span as PublicSpan } from "../api.ts";
import { captureConsole, recordLog } from "../logs.ts";
import { active, tracing } from "../process.ts";
import { plain, record, testRuntime } from "../recorder.fixture.ts";
import { invocationOf, type Span } from "../span.ts";
import { SERVER } from "../span-record.ts";

const KIB = 1_024;

async function annotated(annotate: (span: PublicSpan) => void) {
  const { root } = await record(() => tracing.enterSpan("s", annotate));
  const [span] = root?.children ?? [];
  if (span === undefined) throw new Error("the span was not sent");
  return span;
}

test("a span has 128 events and 128 links, and counts the others", async () => {
  const link = {
    traceId: "1".repeat(32),
    spanId: "2".repeat(16),
    sampled: true,
    traceState: "",
    attributes: [],
  };
  const { wire } = await annotated((span) => {
    for (let i = 0; i < 130; i++) span.recordException(`${i}`);
    for (let i = 0; i < 131; i++) invocationOf(span as unknown as Span)?.spans.addLink(1, link);
  });
  expect([wire.events.length, wire.droppedEventsCount]).toEqual([128, 2]);
  expect([wire.links.length, wire.droppedLinksCount]).toEqual([128, 3]);
});

test("an invocation has 10,000 logs, and its root counts the others", async () => {
  const console = { ...globalThis.console, log: (..._: unknown[]) => {} };
  captureConsole(console, active);
  const { root, logs } = await record(() => {
    for (let i = 0; i < 10_003; i++) console.log("printed");
  });
  expect(logs).toHaveLength(10_000);
  expect(root?.attributes["enterspan.dropped_logs"]).toBe(3);
});

test("logs count towards what an isolate holds, and are dropped when it has no room", () => {
  const warnings: string[] = [];
  const { runtime } = testRuntime({}, { warn: (message) => void warnings.push(message) });
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  let printed = 0;
  while (!invocation.isFull && printed < 10_000) {
    recordLog(invocation.root, "info", Array(20).fill("x".repeat(8 * KIB)));
    printed++;
  }
  expect(invocation.isFull).toBe(true);
  recordLog(invocation.root, "info", ["no room"]);
  expect([invocation.logs.length, invocation.droppedLogs]).toEqual([printed, 1]);
  invocation.end("ok");
  expect(warnings).toEqual([expect.stringContaining("0 spans and 1 logs of a request were more")]);
});

test("keys, texts and exceptions count in UTF-8, anything else 8 bytes, and the limit is met to the byte", async () => {
  const fill = (span: PublicSpan, left: number) => {
    span.setAttribute("é", "é".repeat(100)).setAttribute("n", 1).setAttribute("b", true);
    span.recordException({ name: "N", message: "é", stack: "S" });
    // 202, 9, 9 and 4 so far.
    span.setAttribute("k", "x".repeat(64 * KIB - 224 - 1 - left));
  };
  const full = await annotated((span) => fill(span, 0));
  expect(Object.keys(full.attributes)).toEqual(["é", "n", "b", "k"]);
  const over = await annotated((span) => fill(span, -1));
  expect(Object.keys(over.attributes)).not.toContain("k");
  expect(over.attributes["cloudflare.warning.message"]).toMatch(/attribute "k" of size 65312$/);
});

test("what crosses the limit is dropped, and so is all that follows, however small", async () => {
  const { attributes, events } = await annotated((span) => {
    span.setAttribute("a", "x".repeat(60 * KIB));
    span.recordException("x".repeat(5 * KIB));
    span.setAttribute("b", 1).recordException("small");
  });
  expect(events).toEqual([]);
  expect(Object.keys(attributes)).toEqual(["a", "cloudflare.warning.type", "cloudflare.warning.message"]);
  expect(attributes["cloudflare.warning.message"]).toBe(
    'exceeded span data limit while trying to record exception "" of size 5120',
  );
});

test("a long key is shown by its beginning", async () => {
  const { attributes } = await annotated((span) => span.setAttribute("k".repeat(70 * KIB), 1));
  expect(attributes["cloudflare.warning.message"]).toContain(
    `"${"k".repeat(64)}..." (key length 71680) of size 8`,
  );
});

test("what an isolate has no room for is counted on the span", async () => {
  const { runtime } = testRuntime({}, { warn() {} });
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  active.run(invocation.root, () => {
    const span = tracing.startSpan("s");
    invocation.spans.hold(32 * KIB * KIB);
    span.setAttribute("a", 1).setAttribute("b", 2).recordException("e");
  });
  const [, span] = invocation.spans.records();
  expect(span).toMatchObject({ attributes: [], events: [], droppedAttributes: 2, droppedEvents: 1 });
});

test.each([3, 20])(
  "a key of %i is sent once, with the last value in the place of the first",
  async (keys) => {
    const { wire } = await annotated((span) => {
      for (let i = 0; i < keys; i++) span.setAttribute(`k${i}`, i);
      span.setAttribute("k1", "last");
    });
    const sent = wire.attributes.map(({ key }) => key).filter((key) => key.startsWith("k"));
    expect(sent).toEqual(Array.from({ length: keys }, (_, i) => `k${i}`));
    expect(plain(wire.attributes)).toMatchObject({ k0: 0, k1: "last", k2: 2 });
  },
);

// Times of spans (semantics.md, "Span"): as fine as the host's clock, exact to the nanosecond on the wire, and in order
// whatever the wall clock does meanwhile. What spans do besides is tested in span.test.ts and by the conformance cases.
import { decodeTracesJson, type Span as WireSpan } from "@enterspan/otlp";
import { expect, test } from "vitest";
import type { Span as PublicSpan } from "../api.ts";
import type { Host } from "../host.ts";
import { runInvocation } from "../instrument/handlers/run.ts";
import { tracing } from "../process.ts";
import { record, testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";

/** The spans of a program that runs by the clocks given. */
async function spansBy(clocks: Partial<Host>, program: () => void): Promise<WireSpan[]> {
  const { runtime, bodies } = testRuntime({}, clocks);
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  await runInvocation(runtime, { name: "root", kind: SERVER }, context, program);
  await Promise.all(waiting);
  return bodies
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

test("start and end are finer than a microsecond on Node", async () => {
  const { spans } = await record(() => {
    for (let i = 0; i < 100; i++) tracing.enterSpan("a", () => {});
  });
  const nanos = spans.flatMap(({ startTimeUnixNano, endTimeUnixNano }) => [
    startTimeUnixNano % 1_000n,
    endTimeUnixNano % 1_000n,
  ]);
  expect(nanos.some((rest) => rest !== 0n)).toBe(true);
});

test("a reading of the clock is on the wire to the nanosecond", async () => {
  let readings = 0;
  const spans = await spansBy(
    {
      timeOrigin: 1_800_000_000_000,
      now: () => 60_000 + ++readings * 0.000_001,
      wallNow: () => 1_800_000_060_000,
    },
    () => tracing.enterSpan("a", () => {}),
  );
  const span = spans.find(({ name }) => name === "a") as WireSpan;
  expect(span.endTimeUnixNano - span.startTimeUnixNano).toBe(1n);
  expect(span.startTimeUnixNano / 1_000n).toBe(1_800_000_060_000_000n);
});

test("children start after their parents though the wall clock is set back meanwhile", async () => {
  let now = 0;
  let wall = 1_800_000_000_000;
  const spans = await spansBy({ timeOrigin: wall, now: () => now++, wallNow: () => wall }, () => {
    wall -= 3_600_000;
    tracing.enterSpan("child", () => tracing.enterSpan("grandchild", () => {}));
  });
  const starts = ["root", "child", "grandchild"].map(
    (name) => spans.find((span) => span.name === name)?.startTimeUnixNano ?? 0n,
  );
  expect(starts).toEqual(starts.toSorted((a, b) => Number(a - b)));
  expect(Number((starts[2] ?? 0n) - (starts[0] ?? 0n))).toBeLessThan(1e9);
});

test("a span that nobody has ended ends with the invocation, and no span after it", async () => {
  const { root, spans } = await record(() => {
    tracing.startSpan("forgotten");
    tracing.enterSpan("ended", () => {});
  });
  const endOf = (name: string) => spans.find((span) => span.name === name)?.endTimeUnixNano ?? 0n;
  expect(endOf("forgotten")).toBe(root?.wire.endTimeUnixNano);
  expect(endOf("ended")).toBeLessThan(endOf("forgotten"));
});

test.each([
  ["fulfilment", async () => {}],
  ["rejection", () => Promise.reject(new Error("rejected"))],
])("the %s of a span's promise is heard once the span has ended", async (_how, settle) => {
  const { result } = await record(async () => {
    let span: PublicSpan | undefined;
    const entered = tracing.enterSpan("s", (own) => {
      span = own;
      return settle();
    });
    const isOpen = () => span?.isTraced;
    return [isOpen(), await entered.then(isOpen, isOpen)];
  });
  expect(result).toEqual({ status: "fulfilled", value: [true, false] });
});

test("the root ends when all is done, not before a span of it, and not in the future", () => {
  let now = 0;
  const { runtime } = testRuntime({}, { now: () => now });
  const ended = (reading: number, ends: number[]) => {
    now = 10;
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    for (const end of ends) invocation.spans.close(invocation.spans.open(0, "s", SERVER, 10), end);
    now = 30;
    invocation.end("ok", reading);
    return [...invocation.spans.records()][0]?.end;
  };
  expect(ended(20, [])).toBe(20);
  expect(ended(20, [15, 25])).toBe(25);
  // As libraries of OpenTelemetry may end one.
  expect(ended(20, [1_000])).toBe(30);
});

test("an invocation goes by the wall clock of its beginning, and by one origin while that keeps pace", () => {
  let wall = 1_800_000_000_000;
  let now = 0;
  const { runtime } = testRuntime({}, { timeOrigin: wall, now: () => now, wallNow: () => wall });
  const startOf = () => {
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    return BigInt(invocation.unixNano(invocation.spans.startOf(0)));
  };
  const first = startOf();
  // Whole milliseconds of a wall clock are no reason to move.
  now += 10.4;
  wall += 11;
  expect(startOf() - first).toBe(10_400_000n);
  // The machine has slept, or its clock was set.
  wall += 3_600_000;
  // A double holds such a number of milliseconds to a quarter of a microsecond.
  expect(Math.abs(Number(startOf() - BigInt(wall) * 1_000_000n))).toBeLessThan(250);
});

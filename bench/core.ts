// What a span costs in the calling loop and on the heap, on Node: ours, the floor beneath any implementation
// (AsyncLocalStorage.run, two clock readings, one object) and OpenTelemetry's SDK with its batch processor.
//
//   npm run bench:core
import { AsyncLocalStorage } from "node:async_hooks";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { createHost } from "../packages/tracing/src/hosts/standard.ts";
import { active, tracing } from "../packages/tracing/src/process.ts";
import { Runtime } from "../packages/tracing/src/runtime.ts";
import { SERVER } from "../packages/tracing/src/span-record.ts";
import { print, rounds } from "./rounds.ts";

const SPANS = 2_000;
const ROUNDS = 41;

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const discard: SpanExporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
const otelOn = new BasicTracerProvider({
  spanProcessors: [
    new BatchSpanProcessor(discard, {
      maxQueueSize: 4 * SPANS,
      maxExportBatchSize: 2 * SPANS,
      scheduledDelayMillis: 1,
    }),
  ],
}).getTracer("bench");
const otelOff = new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("bench");

const runtime = (rate: number) =>
  new Runtime(createHost(), active, {
    serviceName: "bench",
    traces: { enabled: true, headSamplingRate: rate },
    logs: { enabled: true, headSamplingRate: 1 },
    endpoint: "http://127.0.0.1:9",
    maxSpansPerInvocation: Number.POSITIVE_INFINITY,
  });
const sampled = runtime(1);
const unsampled = runtime(0);

/** Keeps what a round has made alive until the next one, as a batch that waits to be sent would be. */
let kept: unknown;

const floor = new AsyncLocalStorage<object>();

function floorSync(count: number): void {
  const spans: object[] = [];
  floor.run({}, () => {
    for (let i = 0; i < count; i++) {
      const span = { name: "span", parent: floor.getStore(), start: performance.now(), end: 0 };
      floor.run(span, () => {});
      span.end = performance.now();
      spans.push(span);
    }
  });
  kept = spans;
}

async function floorAsync(count: number): Promise<void> {
  const spans: object[] = [];
  await floor.run({}, async () => {
    for (let i = 0; i < count; i++) {
      const span = { name: "span", parent: floor.getStore(), start: performance.now(), end: 0 };
      await floor
        .run(span, async () => {})
        .then(() => {
          span.end = performance.now();
        });
      spans.push(span);
    }
  });
  kept = spans;
}

function oursSync(on: Runtime, count: number): void {
  const invocation = on.begin({ name: "root", kind: SERVER });
  active.run(invocation.root, () => {
    for (let i = 0; i < count; i++) {
      tracing.enterSpan("span", (span) =>
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i),
      );
    }
  });
  invocation.end("ok");
  kept = invocation;
}

async function oursAsync(on: Runtime, count: number): Promise<void> {
  const invocation = on.begin({ name: "root", kind: SERVER });
  await active.run(invocation.root, async () => {
    for (let i = 0; i < count; i++) {
      await tracing.enterSpan("span", async (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
      });
    }
  });
  invocation.end("ok");
  kept = invocation;
}

function otelSync(tracer: typeof otelOn, count: number): void {
  tracer.startActiveSpan("root", (root) => {
    for (let i = 0; i < count; i++) {
      tracer.startActiveSpan("span", (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        span.end();
      });
    }
    root.end();
  });
}

async function otelAsync(tracer: typeof otelOn, count: number): Promise<void> {
  await tracer.startActiveSpan("root", async (root) => {
    for (let i = 0; i < count; i++) {
      await tracer.startActiveSpan("span", async (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
        span.end();
      });
    }
    root.end();
  });
}

const options = { rounds: ROUNDS, count: SPANS };
print(
  "A sampled span with two attributes, synchronous",
  await rounds(
    [
      { name: "floor", run: floorSync },
      { name: "enterspan", run: (count) => oursSync(sampled, count) },
      { name: "@opentelemetry/sdk-trace-base", run: (count) => otelSync(otelOn, count) },
    ],
    options,
  ),
  "floor",
);
print(
  "A sampled span with two attributes, asynchronous",
  await rounds(
    [
      { name: "floor", run: floorAsync },
      { name: "enterspan", run: (count) => oursAsync(sampled, count) },
      { name: "@opentelemetry/sdk-trace-base", run: (count) => otelAsync(otelOn, count) },
    ],
    options,
  ),
  "floor",
);
print(
  "A span that is not sampled",
  await rounds(
    [
      { name: "enterspan, synchronous", run: (count) => oursSync(unsampled, count) },
      { name: "enterspan, asynchronous", run: (count) => oursAsync(unsampled, count) },
      { name: "OpenTelemetry off, synchronous", run: (count) => otelSync(otelOff, count) },
      { name: "OpenTelemetry off, asynchronous", run: (count) => otelAsync(otelOff, count) },
    ],
    options,
  ),
  "OpenTelemetry off, synchronous",
);

console.log("\nHeap that a finished span with two attributes keeps");
for (const [name, run] of [
  ["floor", floorSync],
  ["enterspan", (count: number) => oursSync(sampled, count)],
] as const) {
  console.log(`  ${name.padEnd(34)} ${String(heapPerSpan(run)).padStart(7)} B`);
}
void kept;

/** Bytes; collects all garbage before and after, so Node has to be started with --expose-gc. */
function heapPerSpan(run: (count: number) => void): number {
  const count = 50_000;
  kept = undefined;
  globalThis.gc?.();
  const before = process.memoryUsage();
  run(count);
  globalThis.gc?.();
  const after = process.memoryUsage();
  return Math.round((after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / count);
}

// Random programs that use OpenTelemetry's API alone, run on OpenTelemetry's own SDK and on the bridge: the spans and
// every answer to the program must be the same.
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import type { Span as WireSpan } from "@enterspan/otlp";
import {
  type Context,
  type ContextManager,
  context,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { plain } from "../recorder.fixture.ts";
import { EnterspanContextManager } from "./context-manager.ts";
import { recorded } from "./otel.fixture.ts";
import { APART_MS, BASE_MS, Run, type Step, steps } from "./program.fixture.ts";
import { EnterspanTracerProvider } from "./tracer.ts";

/** The part of the SDK that is used. The backend's tests have it installed. */
interface Sdk {
  BasicTracerProvider: new (options: { spanProcessors: object[] }) => TracerProvider;
  SimpleSpanProcessor: new (exporter: object) => object;
  InMemorySpanExporter: new () => { getFinishedSpans(): SdkSpan[] };
}

interface SdkSpan {
  name: string;
  kind: number;
  spanContext(): SpanContext;
  parentSpanContext?: SpanContext;
  startTime: HrTime;
  endTime: HrTime;
  attributes: Record<string, unknown>;
  events: { name: string; time: HrTime; attributes: Record<string, unknown> }[];
  links: { context: SpanContext; attributes?: Record<string, unknown> }[];
  status: { code: number; message?: string };
}

const sdk: Sdk = createRequire(new URL("../../../backend/package.json", import.meta.url))(
  "@opentelemetry/sdk-trace-base",
);

class PlainContextManager implements ContextManager {
  readonly #contexts = new AsyncLocalStorage<Context>();
  active(): Context {
    return this.#contexts.getStore() ?? ROOT_CONTEXT;
  }
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    given: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#contexts.run(given, () => Reflect.apply(fn, thisArg, args) as ReturnType<F>);
  }
  bind<T>(given: Context, target: T): T {
    return ((...args: unknown[]) => this.with(given, target as never, undefined, ...args)) as T;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}

/** A span as both sides tell it. Times that nobody gave are left out: they are the clock's. */
interface Told {
  index: number;
  parent: number;
  name: string;
  kind: number;
  attributes: Record<string, unknown>;
  events: unknown[];
  links: unknown[];
  status: unknown;
  start: bigint | undefined;
  end: bigint | undefined;
}

const nanoseconds = ([seconds, nanos]: HrTime) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);

function givenTime(nano: bigint): bigint | undefined {
  const apart = nano - BigInt(BASE_MS) * 1_000_000n;
  return apart < BigInt(APART_MS) * 1_000_000n && apart > BigInt(-APART_MS) * 1_000_000n ? undefined : nano;
}

/** The SDK keeps what is missing in an array; the bridge puts its type's empty value there. */
function withoutGaps(attributes: Record<string, unknown> = {}): Record<string, unknown> {
  const empty = (values: unknown[]) => {
    const type = typeof values.find((value) => value !== null);
    return type === "number" ? 0 : type === "boolean" ? false : "";
  };
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([key, value]) => [key, Array.isArray(value) ? value.map((item) => item ?? empty(value)) : value]),
  );
}

function toldBySdk(run: Run, span: SdkSpan): Told {
  return {
    index: run.indexOf(span.spanContext()),
    parent: run.indexOf(span.parentSpanContext),
    name: span.name,
    kind: span.kind + 1,
    attributes: withoutGaps(span.attributes),
    events: span.events.map((event) => [
      event.name,
      withoutGaps(event.attributes),
      givenTime(nanoseconds(event.time)),
    ]),
    links: span.links.map((link) => [run.indexOf(link.context), withoutGaps(link.attributes)]),
    status: { code: span.status.code, message: span.status.message ?? "" },
    start: givenTime(nanoseconds(span.startTime)),
    end: givenTime(nanoseconds(span.endTime)),
  };
}

function toldByBridge(run: Run, span: WireSpan): Told {
  return {
    index: run.indexOf(span as unknown as SpanContext),
    parent: run.indexOf({ spanId: span.parentSpanId } as SpanContext),
    name: span.name,
    kind: span.kind,
    attributes: plain(span.attributes),
    events: span.events.map((event) => [event.name, plain(event.attributes), givenTime(event.timeUnixNano)]),
    links: span.links.map((link) => [run.indexOf(link as unknown as SpanContext), plain(link.attributes)]),
    status: span.status,
    start: givenTime(span.startTimeUnixNano),
    end: givenTime(span.endTimeUnixNano),
  };
}

async function onSdk(program: Step[]): Promise<{ answers: unknown[]; spans: Told[] }> {
  const exporter = new sdk.InMemorySpanExporter();
  trace.setGlobalTracerProvider(
    new sdk.BasicTracerProvider({ spanProcessors: [new sdk.SimpleSpanProcessor(exporter)] }),
  );
  context.setGlobalContextManager(new PlainContextManager());
  const run = await trace.getTracer("handler").startActiveSpan("root", async (root) => {
    const started = new Run(root);
    await started.body(program);
    for (const span of started.spans.slice(1)) span.end();
    return started;
  });
  unregister();
  return {
    answers: run.answers,
    spans: exporter.getFinishedSpans().map((span) => toldBySdk(run, span)),
  };
}

async function onBridge(program: Step[]): Promise<{ answers: unknown[]; spans: Told[] }> {
  trace.setGlobalTracerProvider(new EnterspanTracerProvider());
  context.setGlobalContextManager(new EnterspanContextManager());
  const { value: run, spans } = await recorded(async () => {
    const started = new Run(trace.getActiveSpan() as Span);
    await started.body(program);
    for (const span of started.spans.slice(1)) span.end();
    return started;
  });
  unregister();
  return {
    answers: run.answers,
    spans: spans.filter(({ name }) => name !== "root").map((span) => toldByBridge(run, span)),
  };
}

function unregister(): void {
  trace.disable();
  context.disable();
}

afterEach(unregister);

const byIndex = (spans: Told[]) => spans.toSorted((a, b) => a.index - b.index);

it("tells the same spans and gives the same answers as OpenTelemetry's own SDK", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (program) => {
      const expected = await onSdk(program);
      const actual = await onBridge(program);
      expect(actual.answers).toEqual(expected.answers);
      expect(byIndex(actual.spans)).toEqual(byIndex(expected.spans));
    }),
    { numRuns: 200 },
  );
});

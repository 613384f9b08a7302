// Programs that use OpenTelemetry's API alone, for whatever is registered: random ones, and how one is run.
import { setImmediate } from "node:timers/promises";
import {
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TimeInput,
  trace,
} from "@opentelemetry/api";
import fc from "fast-check";

const VALUE = createContextKey("value");
const REMOTE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
export const BASE_MS = Date.now();

const attributes = fc.dictionary(
  fc.constantFrom("a", "b", "c", "http.method", ""),
  fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.string(), { maxLength: 3 }),
    fc.array(fc.option(fc.integer()), { maxLength: 3 }),
    fc.array(fc.option(fc.boolean()), { maxLength: 3 }),
    fc.constantFrom(null, undefined, Symbol("s"), () => {}, new Date()),
  ),
  { maxKeys: 4 },
);

/** Longer than a run takes: what is given lies this far from now, so that it can be told from the clock's own times. */
export const APART_MS = 1_000_000;

const offset = fc.oneof(
  fc.integer({ min: -2 * APART_MS, max: -APART_MS - 1 }),
  fc.integer({ min: APART_MS, max: 2 * APART_MS }),
);

const time: fc.Arbitrary<TimeInput> = offset.chain((offset) => {
  const ms = BASE_MS + offset;
  return fc.constantFrom<TimeInput>(ms, new Date(ms), [Math.floor(ms / 1000), (ms % 1000) * 1e6 + 789]);
});

const options: fc.Arbitrary<SpanOptions> = fc.record(
  {
    kind: fc.constantFrom(0, 1, 2, 3, 4),
    attributes: attributes as fc.Arbitrary<Record<string, never>>,
    startTime: time,
    root: fc.boolean(),
    links: fc.constantFrom([], [{ context: REMOTE }], [{ context: REMOTE, attributes: { a: 1 } }]),
  },
  { requiredKeys: [] },
);

const annotation = fc.oneof(
  fc.record({ call: fc.constant("setAttributes" as const), attributes }),
  fc.record({ call: fc.constant("setAttribute" as const), attributes }),
  fc.record({
    call: fc.constant("addEvent" as const),
    name: fc.string({ maxLength: 8 }),
    attributes: fc.option(attributes, { nil: undefined }),
    time: fc.option(time, { nil: undefined }),
    timeFirst: fc.boolean(),
  }),
  fc.record({
    call: fc.constant("addLink" as const),
    target: fc.option(fc.nat(), { nil: undefined }),
    attributes,
  }),
  fc.record({
    call: fc.constant("setStatus" as const),
    code: fc.constantFrom(0, 1, 2),
    message: fc.constantFrom(undefined, "", "m", 5),
  }),
  fc.record({ call: fc.constant("updateName" as const), name: fc.string({ maxLength: 12 }) }),
  fc.record({
    call: fc.constant("recordException" as const),
    error: fc.constantFrom<Error | string>(new TypeError("wrong"), new Error("failed"), "text"),
    time: fc.option(time, { nil: undefined }),
  }),
  fc.record({ call: fc.constant("end" as const), time: fc.option(time, { nil: undefined }) }),
);

type Annotation = typeof annotation extends fc.Arbitrary<infer T> ? T : never;

const WITH_BODY = [
  "startActiveSpan",
  "with span",
  "with value",
  "with root",
  "bound function",
  "Promise.all",
] as const;

export interface Step {
  what: (typeof WITH_BODY)[number] | "startSpan" | "startSpan in a context" | "annotate";
  pick: number;
  awaits: boolean;
  options: SpanOptions;
  annotation: Annotation;
  body: Step[];
}

export const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => {
  const step = (what: fc.Arbitrary<Step["what"]>, body: fc.Arbitrary<Step[]>) =>
    fc.record({ what, pick: fc.nat(), awaits: fc.boolean(), options, annotation, body });
  return {
    steps: fc.array(tie("step"), { minLength: 1, maxLength: 5, depthIdentifier: "body" }),
    step: fc.oneof(
      { depthIdentifier: "body", depthSize: "medium" },
      step(fc.constantFrom("annotate", "startSpan", "startSpan in a context"), fc.constant<Step[]>([])),
      step(fc.constantFrom(...WITH_BODY), tie("steps")),
    ),
  };
});

/** Runs a program and remembers its spans, in the order they were started, and what it was told. */
export class Run {
  readonly spans: Span[];
  readonly contexts: Context[] = [context.active()];
  readonly answers: unknown[] = [];
  readonly #tracer = trace.getTracer("program");

  constructor(root: Span) {
    this.spans = [root];
  }

  async body(program: Step[]): Promise<void> {
    for (const step of program) {
      await this.#step(step);
      this.answers.push([
        this.indexOf(trace.getActiveSpan()?.spanContext()),
        context.active().getValue(VALUE),
      ]);
    }
  }

  /** The number of the span that `spanContext` is of; spans without a parent count as children of the root. */
  indexOf(spanContext: SpanContext | undefined): number {
    if (spanContext === undefined) return 0;
    return this.spans.findIndex((span) => span.spanContext().spanId === spanContext.spanId);
  }

  async #step({ what, pick, awaits, options, annotation, body }: Step): Promise<void> {
    const picked = this.spans[pick % this.spans.length] as Span;
    const earlier = this.contexts[pick % this.contexts.length] as Context;
    const name = `s${this.spans.length}`;
    const inside = async () => {
      if (awaits) await setImmediate();
      this.contexts.push(context.active());
      await this.body(body);
    };
    switch (what) {
      case "startActiveSpan":
        return this.#tracer.startActiveSpan(name, options, async (span) => {
          this.spans.push(span);
          await inside();
          if (awaits) span.end();
        });
      case "startSpan":
        this.spans.push(this.#tracer.startSpan(name, options));
        return;
      case "startSpan in a context":
        this.spans.push(this.#tracer.startSpan(name, options, earlier));
        return;
      case "annotate": {
        // The root is ours, with what we say of it.
        if (picked !== this.spans[0]) this.#annotate(picked, annotation);
        return;
      }
      case "with span":
        return context.with(trace.setSpan(context.active(), picked), inside);
      case "with value":
        return context.with(context.active().setValue(VALUE, pick), inside);
      case "with root":
        return context.with(ROOT_CONTEXT, inside);
      case "bound function":
        return context.bind(earlier, inside)();
      case "Promise.all":
        await Promise.all([inside(), inside()]);
    }
  }

  #annotate(span: Span, given: Annotation): void {
    switch (given.call) {
      case "setAttributes":
        span.setAttributes(given.attributes as never);
        break;
      case "setAttribute":
        for (const [key, value] of Object.entries(given.attributes)) span.setAttribute(key, value as never);
        break;
      case "addEvent":
        if (given.timeFirst && given.time !== undefined) span.addEvent(given.name, given.time);
        else span.addEvent(given.name, given.attributes as never, given.time);
        break;
      case "addLink": {
        const target = given.target === undefined ? undefined : this.spans[given.target % this.spans.length];
        span.addLink({ context: target?.spanContext() ?? REMOTE, attributes: given.attributes as never });
        break;
      }
      case "setStatus":
        span.setStatus(given as never);
        break;
      case "updateName":
        span.updateName(given.name);
        break;
      case "recordException":
        span.recordException(given.error, given.time);
        break;
      case "end":
        span.end(given.time);
    }
    this.answers.push(span.isRecording());
  }
}

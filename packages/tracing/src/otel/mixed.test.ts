// Random programs that use both APIs at once. What they must give is worked out by passing the active span down by hand,
// as an argument, where the real ones find it by themselves; then both trees, the logs and every answer to "what is
// active" are compared.
import {
  type Context,
  context,
  createContextKey,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  trace,
} from "@opentelemetry/api";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { Span } from "../api.ts";
import { traceOperation } from "../instrument/operation.ts";
import { captureConsole } from "../logs.ts";
import { active, tracing } from "../process.ts";
import { type RecordedSpan, testRuntime } from "../recorder.fixture.ts";
import { recorded } from "./otel.fixture.ts";
import { registerOpenTelemetry } from "./register.ts";

const NESTING = [
  "enterSpan",
  "startActiveSpan of tracing",
  "startActiveSpan of OpenTelemetry",
  "automatic span",
  "withActiveSpan",
  "context with a span",
  "context with a value",
  "context with a wrapped span context",
  "context with a remote span",
  "root context",
  "bound function",
  "Promise.all",
] as const;
const LEAVES = [
  "startSpan of tracing",
  "startSpan of OpenTelemetry",
  "startSpan in a context",
  "root option",
  "log",
  "await",
] as const;

interface Step {
  what: (typeof NESTING)[number] | (typeof LEAVES)[number];
  /** Chooses a span or a context among those there are. */
  pick: number;
  awaits: boolean;
  body: Step[];
}

const { steps } = fc.letrec<{ steps: Step[]; step: Step }>((tie) => ({
  steps: fc.array(tie("step"), { minLength: 1, maxLength: 5, depthIdentifier: "body" }),
  step: fc.oneof(
    { depthIdentifier: "body", depthSize: "medium" },
    fc.record({
      what: fc.constantFrom(...LEAVES),
      pick: fc.nat(),
      awaits: fc.boolean(),
      body: fc.constant<Step[]>([]),
    }),
    fc.record({
      what: fc.constantFrom(...NESTING),
      pick: fc.nat(),
      awaits: fc.boolean(),
      body: tie("steps"),
    }),
  ),
}));

const programs = fc.array(steps, { minLength: 1, maxLength: 4 }).map((parts) => parts.flat());

/** A span that must come out, and both handles of it. */
interface Expected {
  name: string;
  children: Expected[];
  logs: string[];
  own: Span;
  otel: OtelSpan;
}

/** What must be seen at a place in a program. */
interface Scope {
  span: Expected;
  /** The context that was entered last: a span of another process that it names is seen wherever its `span` is active. */
  entered: { span: Expected; remote?: OtelSpan; value?: number };
}

/** A context that a program has kept, and what must be seen with it. */
interface Entered {
  context: Context;
  scope: Scope;
}

const VALUE = createContextKey("value");
const REMOTE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

const tracer = trace.getTracer("library");
const printed = { debug() {}, info() {}, log() {}, warn() {}, error() {} } as unknown as Console;

beforeAll(() => {
  registerOpenTelemetry();
  captureConsole(printed, active);
});

class Program {
  readonly spans: Expected[] = [];
  readonly contexts: Entered[] = [];
  readonly #runtime = testRuntime().runtime;

  async run(body: Step[], scope: Scope): Promise<void> {
    for (const step of body) {
      this.#check(scope);
      await this.#step(step, scope);
    }
    this.#check(scope);
  }

  add(parent: Expected | undefined, own: Span, otel: OtelSpan): Expected {
    const span = { name: `s${this.spans.length}`, children: [], logs: [], own, otel };
    this.spans.push(span);
    parent?.children.push(span);
    return span;
  }

  #check({ span, entered }: Scope): void {
    const remote = entered.span === span ? entered.remote : undefined;
    expect(tracing.getActiveSpan()?.spanContext().spanId).toBe(span.own.spanContext().spanId);
    expect(trace.getActiveSpan()).toBe(remote ?? span.otel);
    expect(context.active().getValue(VALUE)).toBe(entered.value);
  }

  async #step({ what, pick, awaits, body }: Step, scope: Scope): Promise<void> {
    const { span: parent, entered } = scope;
    const values = "value" in entered ? { value: entered.value as number } : {};
    const seen = entered.span === parent && entered.remote !== undefined ? { remote: entered.remote } : {};
    const name = `s${this.spans.length}`;
    const picked = this.spans[pick % this.spans.length] as Expected;
    const inside = async (inner: Scope) => {
      if (awaits) await null;
      this.contexts.push({ context: context.active(), scope: inner });
      await this.run(body, inner);
    };
    const enter = (span: Expected, more: Omit<Scope["entered"], "span">) =>
      inside({ span, entered: { span, ...more } });
    /** For a span that has just become active. */
    const below = (own: Span | undefined, otel: OtelSpan | undefined) => {
      if (own === undefined || otel === undefined) throw new Error("there is no active span");
      return inside({ span: this.add(parent, own, otel), entered });
    };
    switch (what) {
      case "enterSpan":
        return tracing.enterSpan(name, (own) => below(own, trace.getActiveSpan()));
      case "startActiveSpan of tracing":
        return tracing.startActiveSpan(name, (own) => below(own, trace.getActiveSpan()));
      case "startActiveSpan of OpenTelemetry":
        return tracer.startActiveSpan(name, (otel) =>
          enter(this.add(parent, tracing.getActiveSpan() as Span, otel), values),
        );
      case "automatic span":
        return traceOperation(this.#runtime, { name, attributes: () => ({}) }, () =>
          below(tracing.getActiveSpan(), trace.getActiveSpan()),
        );
      case "withActiveSpan":
        return tracing.withActiveSpan(picked.own, () => inside({ span: picked, entered }));
      case "context with a span":
        return context.with(trace.setSpan(context.active(), picked.otel), () => enter(picked, values));
      case "context with a value":
        return context.with(context.active().setValue(VALUE, pick), () =>
          enter(parent, { ...seen, value: pick }),
        );
      case "context with a wrapped span context": {
        const remote = trace.wrapSpanContext(picked.otel.spanContext());
        return context.with(trace.setSpan(context.active(), remote), () =>
          enter(picked, { ...values, remote }),
        );
      }
      case "context with a remote span": {
        const remote = trace.wrapSpanContext(REMOTE);
        return context.with(trace.setSpan(context.active(), remote), () =>
          enter(parent, { ...values, remote }),
        );
      }
      case "root context":
        return context.with(ROOT_CONTEXT, () => enter(this.spans[0] as Expected, {}));
      case "bound function": {
        const earlier = this.contexts[pick % this.contexts.length] as Entered;
        const { span, entered: before } = earlier.scope;
        const { remote, ...others } = before;
        const shown = before.span === span && remote !== undefined ? { ...others, remote } : others;
        return context.bind(earlier.context, () => enter(span, shown))();
      }
      case "Promise.all":
        await Promise.all([inside(scope), inside(scope)]);
        return;
      case "startSpan of tracing": {
        const own = tracing.startSpan(name);
        const otel = tracing.withActiveSpan(own, () => trace.getActiveSpan()) as OtelSpan;
        this.add(parent, own, otel);
        if (awaits) own.end();
        return;
      }
      case "startSpan of OpenTelemetry":
      case "root option":
      case "startSpan in a context": {
        const earlier = this.contexts[pick % this.contexts.length] as Entered;
        const isRoot = what === "root option";
        const otel =
          what === "startSpan in a context"
            ? tracer.startSpan(name, {}, earlier.context)
            : tracer.startSpan(name, { root: isRoot });
        const own = context.with(trace.setSpan(ROOT_CONTEXT, otel), () => tracing.getActiveSpan()) as Span;
        const expected =
          what === "startSpan in a context" ? earlier.scope.span : isRoot ? this.spans[0] : parent;
        this.add(expected, own, otel);
        if (awaits) otel.end();
        return;
      }
      case "log":
        parent.logs.push(`log ${pick}`);
        printed.log(`log ${pick}`);
        return;
      case "await":
        await new Promise(setImmediate);
    }
  }
}

function expectedTree({ name, logs, children }: Expected): unknown {
  return [name, logs.toSorted(), ...children.map(expectedTree)];
}

function recordedTree({ name, logs, children }: RecordedSpan): unknown {
  const byNumber = children.toSorted((a, b) => Number(a.name.slice(1)) - Number(b.name.slice(1)));
  return [name, logs.toSorted(), ...byNumber.map(recordedTree)];
}

it("gives the same tree, logs and active span as when everything is passed down by hand", async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (body) => {
      let expected: Expected | undefined;
      const { root } = await recorded(
        async () => {
          const program = new Program();
          expected = program.add(
            undefined,
            tracing.getActiveSpan() as Span,
            trace.getActiveSpan() as OtelSpan,
          );
          const scope: Scope = { span: expected, entered: { span: expected } };
          program.contexts.push({ context: context.active(), scope });
          await program.run(body, scope);
        },
        {},
        { name: "s0" },
      );
      expect(root && recordedTree(root)).toEqual(expected && expectedTree(expected));
    }),
    { numRuns: 200 },
  );
});

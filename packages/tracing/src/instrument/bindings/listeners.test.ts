// What listeners do that the runtime calls when the invocation has left: below its root, and sent by itself. That the
// runtime's own targets are such is tested on workerd, in conformance/.
import { decodeLogsJson, decodeTracesJson } from "@enterspan/otlp";
import { beforeEach, expect, it } from "vitest";
import type { TracingConfig } from "../../config.ts";
import { recordLog } from "../../logs.ts";
import { active, tracing } from "../../process.ts";
import { testRuntime } from "../../recorder.fixture.ts";
import { SERVER } from "../../span-record.ts";
import { fromOutside } from "../from-outside.fixture.ts";
import { runInvocation } from "../handlers/run.ts";
import { type EventTargetPrototype, instrumentListeners } from "./listeners.ts";

let Target: typeof EventTarget;

beforeEach(() => {
  Target = class extends EventTarget {};
});

/** Runs `listen` as an invocation that is over when this resolves. */
async function invocation(listen: () => unknown, config: Partial<TracingConfig> = {}) {
  const { runtime, bodies } = testRuntime(config);
  instrumentListeners(runtime, Target.prototype as unknown as EventTargetPrototype, ["onping"]);
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  await runInvocation(runtime, { name: "root", kind: SERVER }, context, listen);
  // What is asynchronous is given to `waitUntil` when it has settled.
  const rest = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await Promise.allSettled(waiting.splice(0));
  };
  await rest();
  bodies.length = 0;
  return async () => {
    await rest();
    const sent = (path: string) => bodies.filter(({ url }) => url.endsWith(path)).map(({ body }) => body);
    const spans = sent("/v1/traces")
      .flatMap((body) => decodeTracesJson(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans));
    const logs = sent("/v1/logs")
      .flatMap((body) => decodeLogsJson(body).resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap((one) => one.logRecords));
    return { requests: bodies.length, spans, logs };
  };
}

const ping = () => new Event("ping");
const span = (name: string) => () => tracing.enterSpan(name, () => {});

it("is below the root of the invocation that listens, with what it prints", async () => {
  const target = new Target();
  let root: ReturnType<typeof tracing.getActiveSpan>;
  const sent = await invocation(() => {
    root = tracing.getActiveSpan();
    tracing.enterSpan("listening", () =>
      target.addEventListener("ping", async () => {
        recordLog(active.getStore(), "info", ["told"]);
        await tracing.enterSpan("outer", async () => {
          await null;
          tracing.enterSpan("inner", () => {});
        });
      }),
    );
  });
  target.dispatchEvent(ping());
  const { spans, logs } = await sent();
  const { traceId, spanId } = root?.spanContext() ?? {};
  const [outer, inner] = spans;
  expect(spans.map(({ name }) => name)).toEqual(["outer", "inner"]);
  expect([outer?.traceId, outer?.parentSpanId, inner?.parentSpanId]).toEqual([
    traceId,
    spanId,
    outer?.spanId,
  ]);
  expect(logs.map((log) => [log.traceId, log.spanId])).toEqual([[traceId, spanId]]);
});

it("is sent for each call, with ids of its own, and not where nothing was recorded", async () => {
  const target = new Target();
  const sent = await invocation(() => {
    target.addEventListener("ping", span("pinged"));
    target.addEventListener("nothing", () => {});
  });
  target.dispatchEvent(ping());
  target.dispatchEvent(ping());
  const { spans } = await sent();
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(2);
  const { requests } = await sent();
  target.dispatchEvent(new Event("nothing"));
  expect((await sent()).requests).toBe(requests);
});

it("records nothing where the invocation is not sampled, but its logs", async () => {
  const target = new Target();
  const sent = await invocation(
    () => {
      target.addEventListener("ping", () => {
        tracing.enterSpan("unseen", () => recordLog(active.getStore(), "info", ["told"]));
      });
    },
    { traces: { enabled: true, headSamplingRate: 0 } },
  );
  target.dispatchEvent(ping());
  const { spans, logs } = await sent();
  expect([spans, logs.length]).toEqual([[], 1]);
});

it("logs an error that nobody catches, unless a span of its own shows it", async () => {
  const target = new Target();
  const sent = await invocation(() => {
    target.addEventListener("ping", async () => {
      await null;
      throw new RangeError("rejected");
    });
    target.addEventListener("told", () =>
      tracing.enterSpan("shows it", () => Promise.reject(new RangeError("told"))),
    );
  });
  const uncaught: unknown[] = [];
  process.setUncaughtExceptionCaptureCallback((error) => uncaught.push(error));
  target.dispatchEvent(ping());
  target.dispatchEvent(new Event("told"));
  const { spans, logs } = await sent();
  process.setUncaughtExceptionCaptureCallback(null);
  expect(logs.map(({ severityText, attributes }) => [severityText, attributes[1]?.value])).toEqual([
    ["ERROR", { stringValue: "rejected" }],
  ]);
  expect(spans.map(({ name, events }) => [name, events.length])).toEqual([["shows it", 1]]);
  expect(uncaught.map(String).sort()).toEqual(["RangeError: rejected", "RangeError: told"]);
});

it("stays in the span that the program dispatches in", async () => {
  const target = new Target();
  const seen: unknown[] = [];
  await invocation(() => {
    target.addEventListener("ping", () => seen.push(tracing.getActiveSpan()));
    tracing.enterSpan("dispatching", (dispatching) => {
      target.dispatchEvent(ping());
      expect(seen).toEqual([dispatching]);
    });
  });
});

it("gets its event, its `this` and its options, once however often it is added", async () => {
  const target = new Target();
  const calls: unknown[] = [];
  function listener(this: unknown, event: Event) {
    calls.push(this === target, event.type);
  }
  await invocation(() => {
    target.addEventListener("ping", listener);
    target.addEventListener("ping", listener);
    target.addEventListener("ping", () => calls.push("once"), { once: true });
  });
  target.dispatchEvent(ping());
  target.dispatchEvent(ping());
  expect(calls).toEqual([true, "ping", "once", true, "ping"]);
});

it("can be removed, by whom and wherever it was added", async () => {
  const target = new Target();
  const calls: string[] = [];
  const [inside, outside] = [() => calls.push("inside"), () => calls.push("outside")];
  await invocation(() => target.addEventListener("ping", inside));
  target.removeEventListener("ping", inside);
  target.addEventListener("ping", outside);
  await invocation(() => {
    target.removeEventListener("ping", outside);
    new Target().addEventListener("ping", outside);
  });
  target.addEventListener("ping", outside);
  target.removeEventListener("ping", outside);
  target.dispatchEvent(ping());
  expect(calls).toEqual([]);
});

it("is the `handleEvent` of an object, too, with its own `this`", async () => {
  const target = new Target();
  const object = {
    seen: [] as unknown[],
    handleEvent(event: Event) {
      tracing.enterSpan("handled", () => this.seen.push(this === object, event.type));
    },
  };
  const sent = await invocation(() => {
    target.addEventListener("ping", object);
    target.addEventListener("gone", object);
    target.removeEventListener("gone", object);
  });
  target.dispatchEvent(ping());
  target.dispatchEvent(new Event("gone"));
  expect((await sent()).spans.map(({ name }) => name)).toEqual(["handled"]);
  expect(object.seen).toEqual([true, "ping"]);
});

it("is what is assigned, which the program gets back as it is", async () => {
  const target = new Target() as EventTarget & { onping?: unknown };
  // The runtime asks for it when there is an event.
  const called: unknown[] = [];
  const onping = function (this: unknown, event: Event) {
    tracing.enterSpan("assigned", () => called.push(event.type));
  };
  const sent = await invocation(() => {
    expect(target.onping).toBe(undefined);
    target.onping = onping;
  });
  expect([target.onping, Object.keys(target)]).toEqual([onping, ["onping"]]);
  const event = { type: "ping", currentTarget: target };
  const asked = Object.getOwnPropertyDescriptor(target, "onping")?.get as () => (event: unknown) => void;
  Reflect.apply(await fromOutside(target, asked), target, [event]);
  expect((await sent()).spans.map(({ name }) => name)).toEqual(["assigned"]);
  expect(called).toEqual(["ping"]);
  target.onping = null;
  expect(target.onping).toBe(null);
});

it("leaves to the platform what it refuses, and what is no function", async () => {
  const { addEventListener, removeEventListener } = Target.prototype;
  const target = new Target();
  const object = { calls: 0, handleEvent: () => object.calls++ };
  await invocation(() => {
    expect(() => addEventListener.call(5 as never, "ping", () => {})).toThrow(TypeError);
    expect(() => addEventListener.call(undefined as never, "ping", () => {})).toThrow(/EventTarget/);
    expect(() => Reflect.apply(target.addEventListener, target, [])).toThrow(TypeError);
    expect(() => Reflect.apply(target.removeEventListener, target, [])).toThrow(TypeError);
    target.addEventListener("ping", null);
    target.addEventListener("ping", object);
  });
  target.dispatchEvent(ping());
  expect(object.calls).toBe(1);
  expect([Target.prototype.addEventListener.name, Target.prototype.addEventListener.length]).toEqual([
    addEventListener.name,
    addEventListener.length,
  ]);
  expect(removeEventListener.call(target, "ping", object)).toBe(undefined);
});

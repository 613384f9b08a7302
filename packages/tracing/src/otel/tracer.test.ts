// What a library gets from a tracer: spans in the invocation's tree, with the parent that its context says.

import { decodeTracesJson } from "@enterspan/otlp";
import {
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { beforeAll, describe, expect, it } from "vitest";
import { runInvocation } from "../instrument/handlers/run.ts";
import { tracing } from "../process.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";
import { openedShape, recorded } from "./otel.fixture.ts";
import { registerOpenTelemetry } from "./register.ts";

beforeAll(registerOpenTelemetry);

const tracer = trace.getTracer("library", "1.2.3");

const REMOTE = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
};

const LINK = { traceId: REMOTE.traceId, spanId: REMOTE.spanId };

const suppressed = context
  .active()
  .setValue(createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING"), true);

describe("startSpan", () => {
  it("makes a child of the active span that does not become active", async () => {
    const { root } = await recorded(() => {
      tracing.enterSpan("outer", () => {
        const span = tracer.startSpan("library");
        tracing.enterSpan("sibling", () => {});
        span.end();
      });
      tracer.startSpan("below the root").end();
    });
    expect(openedShape(root)).toEqual(["root", ["outer", ["library"], ["sibling"]], ["below the root"]]);
  });

  it("counts kinds as the protocol does and takes none that is not one", async () => {
    const kinds = [
      undefined,
      SpanKind.INTERNAL,
      SpanKind.SERVER,
      SpanKind.CLIENT,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
      9,
    ];
    const { root } = await recorded(() => {
      for (const kind of kinds) tracer.startSpan("s", { kind } as SpanOptions).end();
    });
    expect(root?.children.map(({ wire }) => wire.kind)).toEqual([1, 1, 2, 3, 4, 5, 1]);
  });

  it("keeps attributes and links that are given at the start", async () => {
    const { root } = await recorded(() => {
      tracer
        .startSpan("s", { attributes: { a: 1 }, links: [{ context: REMOTE, attributes: { why: "batch" } }] })
        .end();
    });
    const [span] = root?.children ?? [];
    expect(span?.attributes).toEqual({ a: 1 });
    expect(span?.wire.links).toMatchObject([
      { ...LINK, attributes: [{ key: "why", value: { stringValue: "batch" } }] },
    ]);
  });

  it("takes names of any kind and cuts them at 64 bytes", async () => {
    const { root } = await recorded(() => {
      for (const name of ["é".repeat(40), undefined, Symbol("s"), 7]) tracer.startSpan(name as string).end();
    });
    expect(root?.children.map(({ name }) => name)).toEqual(["é".repeat(32), "undefined", "Symbol(s)", "7"]);
  });

  it("says on a span that nobody has ended that it is unfinished", async () => {
    const { root } = await recorded(() => void tracer.startSpan("forgotten"));
    expect(root?.children[0]?.attributes).toEqual({ "enterspan.unfinished": true });
  });
});

describe("the parent", () => {
  it("is the span of a context that is given, an ended one too", async () => {
    const { root } = await recorded(() => {
      const ended = tracer.startSpan("ended");
      const given = trace.setSpan(ROOT_CONTEXT, ended);
      ended.end();
      tracing.enterSpan("active", () => tracer.startSpan("child", {}, given).end());
      const native = tracing.enterSpan("native", () => context.active());
      tracer.startSpan("below native", {}, native).end();
    });
    expect(openedShape(root)).toEqual([
      "root",
      ["ended", ["child"]],
      ["active"],
      ["native", ["below native"]],
    ]);
  });

  it("is the invocation's root for a span that asks for a new trace", async () => {
    const { root } = await recorded(() => {
      tracing.enterSpan("active", () => {
        tracer.startSpan("root option", { root: true }).end();
        tracer.startSpan("root context", {}, ROOT_CONTEXT).end();
        tracer.startSpan("deleted", {}, trace.deleteSpan(context.active())).end();
        tracer.startActiveSpan("both", { root: true }, (span) => {
          tracing.enterSpan("inside", () => {});
          span.end();
        });
      });
    });
    expect(openedShape(root)).toEqual([
      "root",
      ["active"],
      ["root option"],
      ["root context"],
      ["deleted"],
      ["both", ["inside"]],
    ]);
  });

  it("is the active span, with a link, where the context names a span of another process", async () => {
    const { root } = await recorded(() => {
      const remote = trace.setSpanContext(context.active(), REMOTE);
      tracing.enterSpan("active", () => {
        tracer.startActiveSpan("linked", {}, remote, (span) => {
          tracing.enterSpan("inside", () => {});
          span.end();
        });
        context.with(remote, () => tracer.startSpan("implicitly").end());
      });
    });
    expect(openedShape(root)).toEqual(["root", ["active", ["linked", ["inside"]], ["implicitly"]]]);
    expect(root?.children[0]?.children.map(({ wire }) => wire.links)).toMatchObject([[LINK], [LINK]]);
  });

  it("is linked to no caller whose trace the invocation continues anyway", async () => {
    const parent = { traceId: REMOTE.traceId, spanId: REMOTE.spanId, sampled: true, traceState: "" };
    const { root } = await recorded(
      () => tracer.startSpan("s", {}, trace.setSpanContext(ROOT_CONTEXT, REMOTE)).end(),
      {},
      { context: { parent } },
    );
    expect(root?.wire.parentSpanId).toBe(REMOTE.spanId);
    expect(root?.children[0]?.wire).toMatchObject({ name: "s", links: [] });
  });

  it("is the span that a span context of the same invocation was taken from", async () => {
    const { root } = await recorded(() => {
      const started = tracer.startSpan("started");
      const wrapped = trace.setSpanContext(ROOT_CONTEXT, started.spanContext());
      tracing.enterSpan("elsewhere", () => {
        tracer.startSpan("child", {}, wrapped).end();
        context.with(wrapped, () => tracing.enterSpan("native child", () => {}));
      });
      started.end();
    });
    expect(openedShape(root)).toEqual(["root", ["started", ["child"], ["native child"]], ["elsewhere"]]);
    const started = root?.children.find(({ name }) => name === "started");
    expect(started?.children.map(({ wire }) => wire.links)).toEqual([[], []]);
  });

  it("of an invocation that is over is linked to from the one that is active", async () => {
    const first = await recorded(() => tracer.startSpan("first"));
    const past = first.value;
    const { root } = await recorded(() =>
      tracer.startSpan("second", {}, trace.setSpan(ROOT_CONTEXT, past)).end(),
    );
    expect(root?.children[0]?.wire.links).toMatchObject([
      { traceId: past.spanContext().traceId, spanId: past.spanContext().spanId },
    ]);
  });
});

describe("startActiveSpan", () => {
  it("runs the last argument with the span active and returns what it returns", async () => {
    const { root } = await recorded(async () => {
      const given = context.active().setValue(createContextKey("own"), 7);
      const results = [
        tracer.startActiveSpan("one", (span) => [span === trace.getActiveSpan(), span.end()]),
        tracer.startActiveSpan("two", { attributes: { a: 1 } }, (span) => [
          span === trace.getActiveSpan(),
          span.end(),
        ]),
        tracer.startActiveSpan("three", {}, given, (span) => [
          context.active().getValue(createContextKey("own")),
          span.end(),
        ]),
        await tracer.startActiveSpan("four", async (span) => {
          await null;
          tracing.enterSpan("inside", () => {});
          span.end();
          return "awaited";
        }),
      ];
      expect(results).toEqual([[true, undefined], [true, undefined], [7, undefined], "awaited"]);
    });
    expect(openedShape(root)).toEqual(["root", ["one"], ["two"], ["three"], ["four", ["inside"]]]);
    expect(root?.children[1]?.attributes).toEqual({ a: 1 });
  });

  it("neither ends its span nor records on it what the callback throws", async () => {
    const error = new Error("thrown");
    const { root } = await recorded(() => {
      let open: ReturnType<typeof tracer.startSpan> | undefined;
      const call = () =>
        tracer.startActiveSpan("failing", (span) => {
          open = span;
          throw error;
        });
      expect(call).toThrow(error);
      expect(open?.isRecording()).toBe(true);
      open?.end();
    });
    expect(root?.children[0]).toMatchObject({ name: "failing", status: { code: 0 }, events: [] });
  });
});

describe("where nothing is recorded", () => {
  it("runs callbacks outside of an invocation with a span that has no ids, or the caller's", () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, REMOTE);
    expect(tracer.startSpan("s").spanContext()).toMatchObject({ traceId: "0".repeat(32), traceFlags: 0 });
    expect(tracer.startSpan("s", {}, remote).spanContext()).toEqual(REMOTE);
    const seen = tracer.startActiveSpan("s", (span) => [span.isRecording(), trace.getActiveSpan() === span]);
    expect(seen).toEqual([false, true]);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it("gives spans of an unsampled invocation its ids and no sampled flag", async () => {
    const { root } = await recorded(
      () => {
        const rootContext = tracing.getActiveSpan()?.spanContext();
        expect(rootContext?.traceFlags).toBe(0);
        expect(trace.getActiveSpan()?.spanContext()).toMatchObject({ ...rootContext });
        tracer.startActiveSpan("s", (span) => {
          expect(span.isRecording()).toBe(false);
          expect(span.spanContext()).toEqual(rootContext);
          expect(trace.getActiveSpan()).toBe(span);
          tracing.enterSpan("t", () => expect(tracer.startSpan("u").spanContext()).toEqual(rootContext));
          span.setAttribute("a", 1).setStatus({ code: 2 }).end();
        });
      },
      { traces: { enabled: true, headSamplingRate: 0 } },
    );
    expect(root).toBeUndefined();
  });

  it("gives spans past the invocation's limit the ids of their parent", async () => {
    const { root } = await recorded(
      () => {
        tracer.startActiveSpan("kept", (kept) => {
          tracer.startActiveSpan("lost", (lost) => {
            expect(lost.isRecording()).toBe(false);
            expect(lost.spanContext()).toMatchObject({ spanId: kept.spanContext().spanId });
            expect(tracing.getActiveSpan()?.spanContext().spanId).toBe(kept.spanContext().spanId);
          });
          kept.end();
        });
      },
      { maxSpansPerInvocation: 2 },
    );
    expect(openedShape(root)).toEqual(["root", ["kept"]]);
    expect(root?.attributes["enterspan.dropped_spans"]).toBe(1);
  });

  it("makes no span while OpenTelemetry's tracing is suppressed", async () => {
    const { root } = await recorded(() => {
      context.with(suppressed, () => {
        const span = tracer.startSpan("suppressed");
        expect([span.isRecording(), trace.isSpanContextValid(span.spanContext())]).toEqual([false, false]);
        tracer.startActiveSpan("suppressed too", () => tracing.enterSpan("of the program", () => {}));
      });
    });
    expect(openedShape(root)).toEqual(["root", ["of the program"]]);
  });
});

describe("the instrumentation scope", () => {
  it("is the tracer's name, version and schema URL", async () => {
    const { runtime, bodies } = testRuntime();
    const waiting: Promise<unknown>[] = [];
    await runInvocation(
      runtime,
      { name: "root", kind: SERVER },
      { waitUntil: (p) => void waiting.push(p) },
      () => {
        tracer.startSpan("a").end();
        trace
          .getTracerProvider()
          .getTracer("other", "2", { schemaUrl: "https://schema.test/1" })
          .startSpan("b")
          .end();
        trace.getTracer("library", "1.2.3").startSpan("c").end();
        trace
          .getTracer(undefined as never)
          .startSpan("d")
          .end();
        tracing.enterSpan("e", () => {});
      },
    );
    await Promise.all(waiting);
    const scopes = bodies.flatMap(({ body }) => decodeTracesJson(body).resourceSpans[0]?.scopeSpans ?? []);
    expect(
      scopes.map(({ scope, schemaUrl, spans }) => [
        scope.name,
        scope.version,
        schemaUrl,
        spans.map((s) => s.name),
      ]),
    ).toEqual([
      ["@enterspan/tracing", expect.any(String), "", ["root", "e"]],
      ["library", "1.2.3", "", ["a", "c"]],
      ["other", "2", "https://schema.test/1", ["b"]],
      ["", "", "", ["d"]],
    ]);
  });

  it("is one tracer for the same arguments", () => {
    const provider = trace.getTracerProvider();
    expect(provider.getTracer("x", "1")).toBe(provider.getTracer("x", "1"));
    expect(provider.getTracer("x", "1")).not.toBe(provider.getTracer("x", "1", { schemaUrl: "s" }));
  });
});

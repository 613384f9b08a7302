// OpenTelemetry's own exporters against a started backend: what any instrumented program would send.

import { context, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { startedBackend } from "../backend.fixture.ts";
import type { TraceResponse } from "./contract.ts";

test.each<[string, (options: { url: string }) => unknown]>([
  ["JSON", (options) => new JsonExporter(options)],
  ["protobuf", (options) => new ProtobufExporter(options)],
  ["JSON, gzip", (options) => new JsonExporter({ ...options, compression: "gzip" as never })],
])("spans exported as %s are stored whole", async (_, exporterOf) => {
  const backend = await startedBackend();
  const exporter = exporterOf({ url: `${backend.url}/v1/traces` }) as SpanExporter;
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("shop", "2.0");
  const parent = tracer.startSpan("parent", {
    attributes: { s: "text", i: 42, d: 1.5, b: true, list: ["x", "y"] },
  });
  const linked = {
    traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    spanId: "00f067aa0ba902b7",
    traceFlags: TraceFlags.SAMPLED,
  };
  const child = tracer.startSpan(
    "child",
    { links: [{ context: linked, attributes: { why: "retry" } }] },
    trace.setSpan(context.active(), parent),
  );
  child.recordException(new Error("boom"));
  child.setStatus({ code: SpanStatusCode.ERROR, message: "failed" });
  child.end();
  parent.end();
  await provider.forceFlush();
  const { traceId, spanId } = parent.spanContext();
  const stored = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
  // Both may start in the same millisecond, and the child arrives first.
  const [first, second] = [...stored.spans].sort((a, b) => (a.name < b.name ? 1 : -1));
  expect(first).toMatchObject({
    name: "parent",
    parentSpanId: "",
    attributes: [
      { key: "s", value: { stringValue: "text" } },
      { key: "i", value: { intValue: "42" } },
      { key: "d", value: { doubleValue: 1.5 } },
      { key: "b", value: { boolValue: true } },
      { key: "list", value: { arrayValue: { values: [{ stringValue: "x" }, { stringValue: "y" }] } } },
    ],
  });
  expect(second).toMatchObject({
    name: "child",
    parentSpanId: spanId,
    status: { code: 2, message: "failed" },
    links: [
      {
        traceId: linked.traceId,
        spanId: linked.spanId,
        attributes: [{ key: "why", value: { stringValue: "retry" } }],
      },
    ],
    events: [{ name: "exception" }],
  });
  expect(stored.scopes).toMatchObject([{ name: "shop", version: "2.0" }]);
  await provider.shutdown();
});

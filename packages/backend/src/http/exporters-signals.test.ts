// OpenTelemetry's own exporters of logs and metrics, over each of OTLP's three kinds; those of traces are in exporters.test.ts.

import { OTLPLogExporter as GrpcLogs } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetrics } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtobufMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { startedBackend } from "../backend.fixture.ts";
import { parseExposition, sampleOf } from "../operations/exposition.fixture.ts";
import type { TraceResponse } from "./contract.ts";

const KINDS = ["http", "proto", "grpc"] as const;
const LOGS = { http: JsonLogs, proto: ProtobufLogs, grpc: GrpcLogs };
const METRICS = { http: JsonMetrics, proto: ProtobufMetrics, grpc: GrpcMetrics };

const COMPRESSIONS = ["none", "gzip"] as const;

test.each(KINDS.flatMap((kind) => COMPRESSIONS.map((compression) => [kind, compression] as const)))(
  "logs exported over %s, compression %s, are stored whole",
  async (kind, compression) => {
    const backend = await startedBackend({ grpcPort: 0 });
    const url = kind === "grpc" ? `http://127.0.0.1:${backend.grpcPort}` : `${backend.url}/v1/logs`;
    const exporter = new LOGS[kind]({ url, compression: compression as never });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const spanId = "00f067aa0ba902b7";
    const key = Symbol.for("OpenTelemetry Context Key SPAN");
    const spanContext = { traceId, spanId, traceFlags: 1 };
    const context = {
      getValue: (asked: symbol) => (asked === key ? { spanContext: () => spanContext } : undefined),
      setValue: () => context,
      deleteValue: () => context,
    };
    provider.getLogger("shop", "2.0").emit({
      severityNumber: 17,
      severityText: "ERROR",
      body: { order: 42, items: ["a", 1.5, true, null] },
      attributes: { text: "é", bytes: new Uint8Array([1, 2]) },
      eventName: "order.failed",
      context,
    });
    await provider.forceFlush();
    const trace = (await (await fetch(`${backend.url}/api/traces/${traceId}`)).json()) as TraceResponse;
    expect(trace.logs).toMatchObject([
      {
        spanId,
        severityNumber: 17,
        severityText: "ERROR",
        eventName: "order.failed",
        body: {
          kvlistValue: {
            values: [
              { key: "order", value: { intValue: "42" } },
              {
                key: "items",
                value: {
                  arrayValue: {
                    values: [{ stringValue: "a" }, { doubleValue: 1.5 }, { boolValue: true }, {}],
                  },
                },
              },
            ],
          },
        },
        attributes: [
          { key: "text", value: { stringValue: "é" } },
          { key: "bytes", value: { bytesValue: "AQI=" } },
        ],
      },
    ]);
    expect(trace.scopes).toMatchObject([{ name: "shop", version: "2.0" }]);
    await provider.shutdown();
  },
);

test.each(KINDS)("metrics exported over %s are accepted, counted and dropped", async (kind) => {
  const backend = await startedBackend({ grpcPort: 0 });
  const url = kind === "grpc" ? `http://127.0.0.1:${backend.grpcPort}` : `${backend.url}/v1/metrics`;
  const reader = new PeriodicExportingMetricReader({ exporter: new METRICS[kind]({ url }) });
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter("shop");
  meter.createCounter("orders").add(1, { plan: "free" });
  meter.createUpDownCounter("open").add(-1);
  meter.createHistogram("latency").record(12);
  meter.createGauge("temperature").record(20.5);
  // Rejects where the exporter takes the answer for a failure.
  await provider.forceFlush();
  const families = parseExposition(await (await fetch(`${backend.url}/metrics`)).text());
  expect(sampleOf(families, "enterspan_records_refused_total", { signal: "metrics" })).toBe(4);
  await provider.shutdown();
});

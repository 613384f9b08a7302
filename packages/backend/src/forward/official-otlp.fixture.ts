// OTLP as OpenTelemetry itself reads it: by the code that protobufjs has generated of its .proto files, which this release
// of its transformer still brought along. Nothing of our own codec takes part, so that a slip in both directions shows.

import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import type { LogsData, TracesData } from "@enterspan/otlp";
import type { IConversionOptions, Message } from "protobufjs";

interface MessageType {
  decode(bytes: Uint8Array): Message;
  fromObject(object: object): Message;
  toObject(message: Message, options: IConversionOptions): object;
}

const { opentelemetry } = createRequire(import.meta.url)("official-otlp/build/src/generated/root");
const { trace, logs } = opentelemetry.proto.collector;
const TRACES: MessageType = trace.v1.ExportTraceServiceRequest;
const LOGS: MessageType = logs.v1.ExportLogsServiceRequest;

export interface Sent {
  body: Uint8Array;
  contentType: string | undefined;
  contentEncoding: string | undefined;
}

/** @throws Error for what OpenTelemetry does not take. */
export const readTraces = (sent: Sent): TracesData => read(TRACES, sent) as TracesData;
export const readLogs = (sent: Sent): LogsData => read(LOGS, sent) as LogsData;

/** What a receiver answered to a protobuf request, its numbers as text. */
export function readResponse(signal: "traces" | "logs", body: Uint8Array): object {
  const type: MessageType =
    signal === "traces" ? trace.v1.ExportTraceServiceResponse : logs.v1.ExportLogsServiceResponse;
  return type.toObject(type.decode(body), { longs: String });
}

function read(type: MessageType, { body, contentType, contentEncoding }: Sent): unknown {
  const bytes = contentEncoding === "gzip" ? gunzipSync(body) : body;
  const isJson = contentType === "application/json";
  const message = isJson
    ? type.fromObject(idsFromHex(JSON.parse(Buffer.from(bytes).toString("utf8"))) as object)
    : type.decode(bytes);
  return ours("", type.toObject(message, { longs: String, enums: Number, defaults: true, arrays: true }));
}

const IDS = new Set(["traceId", "spanId", "parentSpanId"]);

/** In OTLP/JSON ids are hex, where protobuf's own JSON has base64. */
function idsFromHex(value: unknown, key = ""): unknown {
  if (IDS.has(key)) return Buffer.from(String(value), "hex");
  if (Array.isArray(value)) return value.map((item) => idsFromHex(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, idsFromHex(inner, name)]));
}

/** Messages that were not sent, as our types have them. */
const ABSENT: Record<string, object> = {
  resource: { attributes: [], droppedAttributesCount: 0 },
  scope: { name: "", version: "", attributes: [], droppedAttributesCount: 0 },
  status: { code: 0, message: "" },
  body: {},
  value: {},
};

/** In our types, which know no references to entities: ids in hex, 64-bit integers as bigint. */
function ours(key: string, value: unknown): unknown {
  if (value === null) return ABSENT[key];
  if (value instanceof Uint8Array)
    return IDS.has(key) ? Buffer.from(value).toString("hex") : new Uint8Array(value);
  if (key === "intValue" || key.endsWith("UnixNano")) return BigInt(String(value));
  if (Array.isArray(value)) return value.map((item) => ours("", item));
  if (typeof value !== "object") return value;
  const members = Object.entries(value).filter(([name]) => name !== "entityRefs");
  return Object.fromEntries(members.map(([name, inner]) => [name, ours(name, inner)]));
}

// Runs code as an invocation on Node and gives back what would have been sent, decoded by the codec that the backend
// uses: what a test sees here is what arrives.
import {
  decodeLogsJson,
  decodeTracesJson,
  type LogRecord,
  valueToJson,
  type Span as WireSpan,
} from "@enterspan/otlp";
import { readConfig, type TracingConfig } from "./config.ts";
import type { Host } from "./host.ts";
import { createHost } from "./hosts/standard.ts";
import type { HandlerContext } from "./instrument/handlers/context.ts";
import { runInvocation } from "./instrument/handlers/run.ts";
import { active } from "./process.ts";
import { type InvocationStart, Runtime } from "./runtime.ts";
import { SERVER } from "./span-record.ts";

export interface RecordedSpan {
  name: string;
  attributes: Record<string, unknown>;
  events: { name: string; attributes: Record<string, unknown> }[];
  status: { code: number; message: string };
  logs: unknown[];
  children: RecordedSpan[];
  wire: WireSpan;
}

export interface Recording<T> {
  result: PromiseSettledResult<T>;
  /** The root; undefined when nothing was sent. */
  root: RecordedSpan | undefined;
  spans: WireSpan[];
  logs: LogRecord[];
}

const ON = { enabled: true, headSamplingRate: 1 };

export function testRuntime(
  config: Partial<TracingConfig> = {},
  host: Partial<Host> = {},
): { runtime: Runtime; bodies: { url: string; body: string }[] } {
  const bodies: { url: string; body: string }[] = [];
  const post: Host["post"] = async (url, _headers, body) => {
    bodies.push({ url, body });
    return { status: 200 };
  };
  const given = { serviceName: "test", traces: ON, logs: ON, endpoint: "http://collector.test", ...config };
  const runtime = new Runtime({ ...createHost(), post, ...host }, active, readConfig(given));
  return { runtime, bodies };
}

/** Runs `program` as the handler of one invocation and waits until everything of it has been sent. */
export async function record<T>(
  program: (context: HandlerContext) => T | Promise<T>,
  config: Partial<TracingConfig> = {},
  start: Partial<InvocationStart> = {},
): Promise<Recording<T>> {
  const { runtime, bodies } = testRuntime(config);
  const waiting: Promise<unknown>[] = [];
  const context: HandlerContext = { waitUntil: (promise) => void waiting.push(promise) };
  const [result] = await Promise.allSettled([
    runInvocation(runtime, { name: "root", kind: SERVER, ...start }, context, () => program(context)),
  ]);
  for (let i = 0; i < waiting.length; i++) await Promise.allSettled([waiting[i]]);
  // What the program was to show is not an outcome of it.
  if (result.status === "rejected" && (result.reason as Error)?.name === "AssertionError")
    throw result.reason;
  const spans = bodies
    .filter(({ url }) => url.endsWith("/v1/traces"))
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const logs = bodies
    .filter(({ url }) => url.endsWith("/v1/logs"))
    .flatMap(({ body }) => decodeLogsJson(body).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords));
  return { result: result as PromiseSettledResult<T>, root: tree(spans, logs), spans, logs };
}

function tree(spans: WireSpan[], logs: LogRecord[]): RecordedSpan | undefined {
  const byId = new Map(spans.map((wire) => [wire.spanId, toRecorded(wire, logs)]));
  let root: RecordedSpan | undefined;
  for (const span of byId.values()) {
    const parent = byId.get(span.wire.parentSpanId);
    if (parent === undefined) root = span;
    else parent.children.push(span);
  }
  return root;
}

function toRecorded(wire: WireSpan, logs: LogRecord[]): RecordedSpan {
  return {
    name: wire.name,
    attributes: plain(wire.attributes),
    events: wire.events.map((event) => ({ name: event.name, attributes: plain(event.attributes) })),
    status: wire.status,
    logs: logs.filter((log) => log.spanId === wire.spanId).map((log) => plainValue(log.body)),
    children: [],
    wire,
  };
}

/** Of the moment and not of the program: which invocation a span is of, its place there, how long that took. */
const OF_THE_MOMENT = new Set([
  "faas.invocation_id",
  "faas.cold_start",
  "cloudflare.invocation.sequence.number",
  "cloudflare.wall_time_ms",
]);

/** Attributes of a span, an event or a link as JavaScript values, but for those of the moment. */
export function plain(attributes: WireSpan["attributes"]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.filter(({ key }) => !OF_THE_MOMENT.has(key)).map(({ key, value }) => [key, plainValue(value)]),
  );
}

/** An OTLP value as the JavaScript value that it stands for. */
export function plainValue(value: WireSpan["attributes"][number]["value"]): unknown {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  if ("intValue" in value) return Number(value.intValue);
  if ("doubleValue" in value) return value.doubleValue;
  if ("arrayValue" in value) return (value.arrayValue as { values: (typeof value)[] }).values.map(plainValue);
  if ("kvlistValue" in value) {
    const entries = (value.kvlistValue as { values: { key: string; value: typeof value }[] }).values;
    return Object.fromEntries(entries.map((entry) => [entry.key, plainValue(entry.value)]));
  }
  return "bytesValue" in value ? valueToJson(value) : null;
}

/** Names only, nested: `["root", ["a"], ["b", ["c"]]]`. */
export type Shape = [name: string, ...children: Shape[]];

export function shape(span: RecordedSpan | undefined): Shape | undefined {
  return span && [span.name, ...span.children.map((child) => shape(child) as Shape)];
}

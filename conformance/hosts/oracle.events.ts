// The runtime's tail events as spans: what its own documentation calls a trace, put together from onset, spanOpen,
// attributes, spanUpdate, log, exception, return and outcome. Pure; the wire is described as observed on workerd.
import { type FlatSpan, INVOCATION, type LogLine, type Value } from "../tree.ts";

export interface TailEvent {
  /** On onset and spanOpen the parent, on all others the span that the event is about. */
  spanContext: { traceId: string; spanId?: string };
  invocationId: string;
  event: Event;
}

type Event =
  | {
      type: "onset";
      spanId: string;
      info: OnsetInfo;
    }
  | { type: "spanOpen"; spanId: string; name: string }
  | { type: "attributes"; info: { name: string; value: Value }[] }
  | {
      type: "spanUpdate";
      info: { type: "name"; name: string } | { type: "status"; status: FlatSpan["status"] };
    }
  | { type: "exception"; name?: string; message?: string; code?: string | number; stack?: string }
  | { type: "log"; level: string; message: unknown; errorInfo?: (ErrorInfo | null)[] }
  | { type: "return"; info?: { type: string; statusCode?: number } }
  | { type: "outcome"; outcome: string }
  | { type: "spanClose" };

interface OnsetInfo {
  type: string;
  method?: string;
  url?: string;
  headers?: Header[];
  cron?: string;
  /** Of an alarm or a cron trigger. */
  scheduledTime?: Date;
  queueName?: string;
  batchSize?: number;
}

interface Header {
  name: string;
  value: string;
}

interface ErrorInfo {
  name: string;
  message: string;
}

/** Reads what hosts/collector.worker.js wrote. A bigint comes back as a number: our spans tell them apart no more. */
export function parseEvents(json: string): TailEvent[] {
  return JSON.parse(json, (_, value) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$undefined" in value) return undefined;
    if ("$date" in value) return new Date(Number(value.$date));
    return "$bigint" in value ? Number(value.$bigint) : "$number" in value ? Number(value.$number) : value;
  });
}

export function spansOf(events: TailEvent[]): FlatSpan[] {
  const spans = new Map<string, FlatSpan>();
  for (const { spanContext, event } of events) {
    if (event.type === "onset") {
      const root = open(event.spanId, spanContext.spanId, INVOCATION);
      spans.set(root.id, { ...root, attributes: onsetAttributes(event.info) });
    } else if (event.type === "spanOpen") {
      spans.set(event.spanId, open(event.spanId, spanContext.spanId, event.name));
    } else {
      const span = spans.get(spanContext.spanId ?? "");
      if (span === undefined) throw new Error(`${event.type} of a span that was never opened`);
      apply(span, event);
    }
  }
  return [...spans.values()];
}

function apply(span: FlatSpan, event: Exclude<Event, { type: "onset" | "spanOpen" }>): void {
  switch (event.type) {
    case "attributes":
      for (const { name, value } of event.info) span.attributes[name] = value;
      return;
    case "spanUpdate":
      if (event.info.type === "name") span.name = event.info.name;
      else span.status = statusOf(event.info.status);
      return;
    case "exception":
      span.exceptions.push({
        type: String(event.name || event.code || ""),
        message: event.message ?? "",
        stack: event.stack !== undefined,
      });
      return;
    case "log":
      span.logs.push(logLine(event.level, event.message, event.errorInfo));
      return;
    case "return":
      if (event.info?.statusCode !== undefined)
        span.attributes["http.response.status_code"] = event.info.statusCode;
      return;
    case "outcome":
      span.attributes["cloudflare.outcome"] = event.outcome;
  }
}

/** OTLP cannot tell an empty message from none. */
function statusOf({ code, message }: FlatSpan["status"]): FlatSpan["status"] {
  return message === undefined || message === "" ? { code } : { code, message };
}

function open(id: string, parentId: string | undefined, name: string): FlatSpan {
  return { id, parentId, name, attributes: {}, status: { code: "unset" }, exceptions: [], logs: [] };
}

/** The root attributes that Cloudflare documents, as far as the onset tells them. */
function onsetAttributes(info: OnsetInfo) {
  const attributes: Record<string, Value> = { "faas.trigger": TRIGGERS[info.type] ?? "other" };
  if (info.method !== undefined) attributes["http.request.method"] = info.method;
  if (info.url !== undefined) {
    attributes["url.full"] = info.url;
    attributes["url.path"] = new URL(info.url).pathname;
  }
  if (info.cron !== undefined) attributes["faas.cron"] = info.cron;
  if (info.scheduledTime !== undefined)
    attributes["cloudflare.scheduled_time"] = info.scheduledTime.toISOString();
  if (info.queueName !== undefined) attributes["cloudflare.queue.name"] = info.queueName;
  if (info.batchSize !== undefined) attributes["cloudflare.queue.batch_size"] = info.batchSize;
  for (const { name, value } of info.headers ?? []) {
    if (name === "user-agent") attributes["user_agent.original"] = value;
    else if (name.startsWith("accept")) attributes[`http.request.header.${name}`] = value;
  }
  return attributes;
}

/** As wrangler's own collector of tail events names them. */
const TRIGGERS: Record<string, string> = {
  fetch: "http",
  scheduled: "timer",
  alarm: "timer",
  queue: "pubsub",
  email: "email",
  jsrpc: "jsrpc",
  trace: "trace",
  hibernatableWebSocket: "websocket",
};

function logLine(level: string, message: unknown, errorInfo: (ErrorInfo | null)[] | undefined): LogLine {
  const args = Array.isArray(message) ? message : [message];
  const error = errorInfo?.find((info) => info !== null);
  return {
    level: level === "log" ? "info" : (level as LogLine["level"]),
    message: args.length === 1 ? args[0] : args,
    ...(error && { exception: { type: error.name, message: error.message } }),
  };
}

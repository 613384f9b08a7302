// `GET /api/traces/:traceId` → Trace: the wire's absolute times become offsets from the trace's start, here and
// nowhere else. One pass over the answer's bytes, which the spans keep: see json-cursor.ts.
import type { TraceResponse, WireLog, WireResource, WireScope } from "@enterspan/backend/contract";
import { clockOf } from "../trace/clock.ts";
import { isRunning } from "../trace/flight.ts";
import type { LogRecord, Resource, Scope, Trace } from "../trace/model.ts";
import { nanos } from "../trace/time.ts";
import { DecodedLog, logTime } from "./decode-log.ts";
import { DecodedSpan, type SpanReader } from "./decode-span.ts";
import { decodeAttributes, wireString } from "./decode-value.ts";
import { Interner } from "./interner.ts";
import { JsonCursor } from "./json-cursor.ts";
import { isBefore, isUnset, nanosBetween, unixNanosOf, type WireTime, wireTimeOf } from "./wire-time.ts";

const UNKNOWN_RESOURCE: Resource = { service: "unknown_service", attributes: [], droppedAttributes: 0 };
const UNKNOWN_SCOPE: Scope = { name: "", version: "", attributes: [] };
const UNSET: WireTime = { seconds: 0, nanoseconds: 0 };

interface Answer {
  traceId: string;
  spans: DecodedSpan[];
  logs: WireLog[];
  resources: Resource[];
  scopes: Scope[];
}

/**
 * Throws where the answer is not of the contract's shape.
 * @param nowMs up to when what goes on has come
 */
export function decodeTrace(bytes: Uint8Array<ArrayBuffer>, nowMs = Date.now()): Trace {
  const { traceId, spans, logs: wireLogs, resources, scopes } = readAnswer(bytes);
  const origin =
    earliest(spans, ({ wireStart }) => wireStart) ??
    earliest(wireLogs, (log) => wireTimeOf(logTime(log))) ??
    UNSET;
  const keys = uniqueKeys(spans);
  let end = 0;
  spans.forEach((span, index) => {
    span.place({
      key: keys?.[index] ?? span.spanId,
      origin,
      resource: resources[span.resourceIndex] ?? UNKNOWN_RESOURCE,
      scope: scopes[span.scopeIndex] ?? UNKNOWN_SCOPE,
    });
    const soFar = isRunning(span, nowMs) ? nanosBetween(origin, wireTimeOf(BigInt(nowMs) * 1_000_000n)) : 0;
    end = Math.max(end, span.start + span.duration, soFar);
  });
  spans.sort((a, b) => a.start - b.start);
  const startUnixNano = unixNanosOf(origin);
  const logs: LogRecord[] = wireLogs.map((log, index) => new DecodedLog(log, index, startUnixNano));
  logs.sort((a, b) => a.time - b.time);
  return {
    traceId,
    startUnixNano,
    duration: nanos(end),
    spans,
    logs,
    logsBySpan: Map.groupBy(logs, (log) => log.spanId),
    clock: clockOf(startUnixNano, spans),
    source: () => new JsonCursor(bytes).readValue() as TraceResponse,
  };
}

function readAnswer(bytes: Uint8Array<ArrayBuffer>): Answer {
  const cursor = new JsonCursor(bytes);
  const texts = new Interner(bytes);
  const answer: Partial<Answer> = {};
  cursor.enterObject();
  while (cursor.nextMember()) {
    switch (texts.text(cursor.keyStart, cursor.keyEnd)) {
      case "traceId":
        answer.traceId = cursor.readString();
        break;
      case "spans":
        answer.spans = readSpans({ cursor, texts });
        break;
      case "logs":
        answer.logs = cursor.readValue() as WireLog[];
        break;
      case "resources":
        answer.resources = (cursor.readValue() as WireResource[]).map(decodeResource);
        break;
      case "scopes":
        answer.scopes = (cursor.readValue() as WireScope[]).map(decodeScope);
        break;
      default:
        cursor.skipValue();
    }
  }
  const { traceId, spans, logs, resources, scopes } = answer;
  if (traceId === undefined || spans === undefined || logs === undefined) {
    throw new SyntaxError("the answer is not a trace");
  }
  return { traceId, spans, logs, resources: resources ?? [], scopes: scopes ?? [] };
}

function readSpans(reader: SpanReader): DecodedSpan[] {
  const spans: DecodedSpan[] = [];
  reader.cursor.enterArray();
  while (reader.cursor.nextElement()) spans.push(new DecodedSpan(reader));
  return spans;
}

function decodeResource({ attributes, droppedAttributesCount }: WireResource): Resource {
  return {
    service: wireString(attributes, "service.name") ?? UNKNOWN_RESOURCE.service,
    attributes: decodeAttributes(attributes),
    droppedAttributes: droppedAttributesCount,
  };
}

const decodeScope = ({ name, version, attributes }: WireScope): Scope => ({
  name,
  version,
  attributes: decodeAttributes(attributes),
});

/** 0 is OTLP's "not set" and would stretch the trace back to 1970; it counts only where nothing else is known. */
function earliest<Item>(items: readonly Item[], timeOf: (item: Item) => WireTime): WireTime | undefined {
  let least: WireTime | undefined;
  for (const item of items) {
    const time = timeOf(item);
    if (!isUnset(time) && (least === undefined || isBefore(time, least))) least = time;
  }
  return least ?? (items.length > 0 ? UNSET : undefined);
}

/** Undefined where the ids are unique already, as they nearly always are. */
function uniqueKeys(spans: readonly DecodedSpan[]): string[] | undefined {
  if (new Set(spans.map(({ spanId }) => spanId)).size === spans.length) return undefined;
  const seen = new Map<string, number>();
  return spans.map(({ spanId }) => {
    const times = (seen.get(spanId) ?? 0) + 1;
    seen.set(spanId, times);
    return times === 1 ? spanId : `${spanId}~${times}`;
  });
}

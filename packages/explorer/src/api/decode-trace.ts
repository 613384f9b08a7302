// `GET /api/traces/:traceId` → Trace: the wire's absolute times become offsets from the trace's start, here and
// nowhere else. One pass over spans and one over logs.
import type { TraceResponse, WireResource, WireScope } from "@enterspan/backend/contract";
import { clockOf } from "../trace/clock.ts";
import type { LogRecord, Resource, Scope, Span, Trace } from "../trace/model.ts";
import { nanos, unixNanos } from "../trace/time.ts";
import { DecodedLog, logTime } from "./decode-log.ts";
import { DecodedSpan } from "./decode-span.ts";
import { decodeAttributes, wireString } from "./decode-value.ts";

const UNKNOWN_RESOURCE: Resource = { service: "unknown_service", attributes: [], droppedAttributes: 0 };
const UNKNOWN_SCOPE: Scope = { name: "", version: "", attributes: [] };

/** Throws where the answer is not of the contract's shape. */
export function decodeTrace(wire: TraceResponse): Trace {
  const resources = wire.resources.map(decodeResource);
  const scopes = wire.scopes.map(decodeScope);
  const starts = wire.spans.map((span) => BigInt(span.startTimeUnixNano));
  const origin = earliest(starts) ?? earliest(wire.logs.map(logTime)) ?? 0n;
  const seen = new Map<string, number>();
  let end = 0;
  const spans: Span[] = wire.spans.map((span, index) => {
    const decoded = new DecodedSpan(span, {
      key: uniqueKey(span.spanId, seen),
      origin,
      start: starts[index] as bigint,
      resource: resources[span.resource] ?? UNKNOWN_RESOURCE,
      scope: scopes[span.scope] ?? UNKNOWN_SCOPE,
    });
    end = Math.max(end, decoded.start + decoded.duration);
    return decoded;
  });
  spans.sort((a, b) => a.start - b.start);
  const logs: LogRecord[] = wire.logs.map((log, index) => new DecodedLog(log, index, origin));
  logs.sort((a, b) => a.time - b.time);
  return {
    traceId: wire.traceId,
    startUnixNano: unixNanos(origin),
    duration: nanos(end),
    spans,
    logs,
    logsBySpan: Map.groupBy(logs, (log) => log.spanId),
    clock: clockOf(unixNanos(origin), spans),
  };
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
function earliest(times: readonly bigint[]): bigint | undefined {
  let least: bigint | undefined;
  for (const time of times) if (time !== 0n && (least === undefined || time < least)) least = time;
  return least ?? times[0];
}

function uniqueKey(spanId: string, seen: Map<string, number>): string {
  const times = (seen.get(spanId) ?? 0) + 1;
  seen.set(spanId, times);
  return times === 1 ? spanId : `${spanId}~${times}`;
}

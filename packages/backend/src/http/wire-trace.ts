// From the store's memory form to the wire types of contract.ts: 64-bit numbers become text, values OTLP/JSON; and a whole
// trace to the bytes of its answer.

import { keyValuesToJson, type LogRecord, type Span, valueToJson } from "@enterspan/otlp";
import type { InFlightOverview } from "../in-flight/views.ts";
import { othersTurn } from "../pause.ts";
import type { StoredTrace } from "../store/store.ts";
import type { TraceSummary, WireLog, WireSpan } from "./contract.ts";

/** As many spans or logs at once become text: a whole trace may be longer than V8's longest string, 512 MiB. */
const RECORDS_AT_ONCE = 1_000;

const COMMA = 0x2c;

/** The JSON of a `TraceResponse`, in pieces. Others have their turn behind each, which takes some 15 ms. */
export async function wireTrace(traceId: string, trace: StoredTrace): Promise<Buffer<ArrayBuffer>[]> {
  const resources = trace.resources.map((resource) => ({
    ...resource,
    attributes: keyValuesToJson(resource.attributes),
  }));
  const scopes = trace.scopes.map((scope) => ({ ...scope, attributes: keyValuesToJson(scope.attributes) }));
  return [
    Buffer.from(`{"traceId":${JSON.stringify(traceId)},"spans":[`),
    ...(await pieces(trace.spans, wireSpan)),
    Buffer.from('],"logs":['),
    ...(await pieces(trace.logs, wireLog)),
    Buffer.from(`],"resources":${JSON.stringify(resources)},"scopes":${JSON.stringify(scopes)}}`),
  ];
}

async function pieces<Stored>(
  records: Iterable<Stored>,
  wireOf: (record: Stored) => object,
): Promise<Buffer<ArrayBuffer>[]> {
  const made: Buffer<ArrayBuffer>[] = [];
  let some: object[] = [];
  const finishPiece = (): void => {
    const bytes = Buffer.from(JSON.stringify(some));
    some = [];
    // Of the brackets around these the first becomes the comma behind those before.
    bytes[0] = COMMA;
    made.push(bytes.subarray(made.length === 0 ? 1 : 0, -1));
  };
  for (const record of records) {
    some.push(wireOf(record));
    if (some.length < RECORDS_AT_ONCE) continue;
    finishPiece();
    await othersTurn();
  }
  if (some.length > 0) finishPiece();
  return made;
}

function wireSpan(span: Span & { resource: number; scope: number }): WireSpan {
  return {
    ...span,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: keyValuesToJson(span.attributes),
    events: span.events.map((event) => ({
      ...event,
      timeUnixNano: String(event.timeUnixNano),
      attributes: keyValuesToJson(event.attributes),
    })),
    links: span.links.map((link) => ({ ...link, attributes: keyValuesToJson(link.attributes) })),
  };
}

function wireLog(log: LogRecord & { resource: number; scope: number }): WireLog {
  return {
    ...log,
    timeUnixNano: String(log.timeUnixNano),
    observedTimeUnixNano: String(log.observedTimeUnixNano),
    body: valueToJson(log.body),
    attributes: keyValuesToJson(log.attributes),
  };
}

export function wireSummary(trace: InFlightOverview): TraceSummary {
  return {
    traceId: trace.traceId,
    rootSpanId: trace.rootSpanId,
    rootName: trace.rootName,
    service: trace.service,
    services: trace.services,
    startTimeUnixNano: String(trace.startTimeUnixNano),
    endTimeUnixNano: String(trace.endTimeUnixNano),
    durationNano: String(trace.endTimeUnixNano - trace.startTimeUnixNano),
    spanCount: trace.spanCount,
    errorCount: trace.errorCount,
    logCount: trace.logCount,
    statusCode: trace.statusCode,
    ...(trace.httpStatusCode !== undefined && { httpStatusCode: trace.httpStatusCode }),
    ...(trace.isInFlight && { isInFlight: true }),
  };
}

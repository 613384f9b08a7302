// A stored span or log as an event of the telemetry API. Fields are found the way filters find them: an attribute of the
// event first, then of its resource.

import {
  type AnyValue,
  type KeyValue,
  type LogRecord,
  type PlainValue,
  plainOf,
  type Span,
} from "@enterspan/otlp";
import { DATASET, EVENT_TYPE } from "../store/event-type.ts";
import type { EventField } from "../store/filter.ts";
import type { EventPosition, StoredEvent } from "../store/store.ts";
import { displayName, NAME_KEYS } from "../store/trace-name.ts";
import type { EndedEventWorkers, EventMetadata, EventType, EventWorkers, TelemetryEvent } from "./answer.ts";
import { encodeCursor } from "./cursor.ts";
import { METADATA_ATTRIBUTES, WORKERS_ATTRIBUTES } from "./fields.ts";
import { levelOf } from "./level.ts";
import { millisOf } from "./millis.ts";

export function eventOf(stored: StoredEvent): TelemetryEvent {
  const own = stored.kind === "span" ? stored.span.attributes : stored.log.attributes;
  const lookup = new Lookup(own, stored.resource.attributes);
  const atUnixNano = stored.kind === "span" ? stored.span.startTimeUnixNano : stored.atUnixNano;
  const workers = workersOf(stored, lookup);
  return {
    $metadata: {
      id: encodeCursor(positionOf(stored)),
      type: EVENT_TYPE[stored.kind],
      ...lookup.textAs("service", { attributes: ["service.name"] }),
      ...(stored.kind === "span" ? spanMetadata(stored.span, stored.error, lookup) : logMetadata(stored.log)),
      ...lookup.textAs("origin", METADATA_ATTRIBUTES.origin),
      ...lookup.numberAs("statusCode", METADATA_ATTRIBUTES.statusCode),
      ...lookup.textAs("url", METADATA_ATTRIBUTES.url),
      ...lookup.textAs("rayId", METADATA_ATTRIBUTES.rayId),
      ...lookup.textAs("requestId", METADATA_ATTRIBUTES.requestId),
      ...lookup.textAs("region", METADATA_ATTRIBUTES.region),
      ...lookup.numberAs("coldStart", METADATA_ATTRIBUTES.coldStart),
      ...lookup.textAs("provider", METADATA_ATTRIBUTES.provider),
      ...lookup.textAs("cloudService", METADATA_ATTRIBUTES.cloudService),
    },
    ...(workers && { $workers: workers }),
    dataset: DATASET,
    source: { ...lookup.all(), ...(stored.kind === "log" && { message: plainOf(stored.log.body) }) },
    timestamp: Math.floor(millisOf(atUnixNano)),
  };
}

export function positionOf(event: StoredEvent): EventPosition {
  if (event.kind === "log") return { kind: "log", atUnixNano: event.atUnixNano, key: event.key };
  const { startTimeUnixNano, traceId, spanId } = event.span;
  return { kind: "span", atUnixNano: startTimeUnixNano, traceId, spanId };
}

function spanMetadata(span: Span, error: string | undefined, lookup: Lookup): Partial<EventMetadata> {
  const method = lookup.own(NAME_KEYS.method);
  const path = lookup.own(NAME_KEYS.path);
  const http = span.kind !== 3 && method && path ? displayName(span.name, method, path) : undefined;
  const trigger = http ?? lookup.text({ attributes: ["faas.trigger"] });
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId && { parentSpanId: span.parentSpanId }),
    spanName: span.name,
    duration: millisOf(span.endTimeUnixNano - span.startTimeUnixNano),
    startTime: millisOf(span.startTimeUnixNano),
    endTime: millisOf(span.endTimeUnixNano),
    ...(error !== undefined && { level: "error", error }),
    ...(trigger !== undefined && { trigger, transactionName: trigger }),
  };
}

function logMetadata(log: LogRecord): Partial<EventMetadata> {
  const level = levelOf(log);
  const body = plainOf(log.body);
  const message = typeof body === "string" ? body : JSON.stringify(body);
  return {
    ...(log.traceId && { traceId: log.traceId }),
    ...(log.spanId && { spanId: log.spanId }),
    ...(level && { level }),
    message,
    ...((level === "error" || level === "fatal" || log.severityNumber >= 17) && { error: message }),
  };
}

const EVENT_TYPES: ReadonlySet<string> = new Set<EventType>([
  "fetch",
  "scheduled",
  "alarm",
  "cron",
  "queue",
  "email",
  "tail",
  "rpc",
  "jsrpc",
  "websocket",
  "workflow",
]);

function workersOf(stored: StoredEvent, lookup: Lookup): EventWorkers | EndedEventWorkers | undefined {
  const scriptName = lookup.text(WORKERS_ATTRIBUTES.scriptName);
  if (scriptName === undefined) return undefined;
  const { traceId, spanId } = stored.kind === "span" ? stored.span : stored.log;
  const eventType = lookup.text(WORKERS_ATTRIBUTES.eventType) ?? "unknown";
  const model = lookup.text(WORKERS_ATTRIBUTES.executionModel);
  const version = lookup.text(WORKERS_ATTRIBUTES["scriptVersion.id"]);
  const workers: EventWorkers = {
    eventType: EVENT_TYPES.has(eventType) ? (eventType as EventType) : "unknown",
    scriptName,
    ...lookup.textAs("outcome", WORKERS_ATTRIBUTES.outcome),
    ...lookup.textAs("requestId", WORKERS_ATTRIBUTES.requestId),
    ...lookup.textAs("entrypoint", WORKERS_ATTRIBUTES.entrypoint),
    ...((model === "durableObject" || model === "stateless") && { executionModel: model }),
    ...lookup.textAs("durableObjectId", WORKERS_ATTRIBUTES.durableObjectId),
    ...(version !== undefined && { scriptVersion: { id: version } }),
    ...(traceId && { traceId }),
    ...(spanId && { spanId }),
  };
  const cpuTimeMs = lookup.number(WORKERS_ATTRIBUTES.cpuTimeMs);
  const wallTimeMs = lookup.number(WORKERS_ATTRIBUTES.wallTimeMs);
  const { outcome } = workers;
  const ended = outcome !== undefined && cpuTimeMs !== undefined && wallTimeMs !== undefined;
  return ended ? { ...workers, outcome, cpuTimeMs, wallTimeMs } : workers;
}

/** Attributes of an event and its resource by key; of equal keys the first counts, as in filters. */
class Lookup {
  readonly #own = new Map<string, AnyValue>();
  readonly #resource = new Map<string, AnyValue>();

  constructor(own: readonly KeyValue[], resource: readonly KeyValue[]) {
    for (const { key, value } of own) if (!this.#own.has(key)) this.#own.set(key, value);
    for (const { key, value } of resource) if (!this.#resource.has(key)) this.#resource.set(key, value);
  }

  own(key: string): string | undefined {
    const value = this.#own.get(key);
    return value && "stringValue" in value ? value.stringValue : undefined;
  }

  text(field: EventField): string | undefined {
    const value = this.#value(field);
    return value === undefined || value === null
      ? undefined
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
  }

  number(field: EventField): number | undefined {
    const value = this.#value(field);
    return typeof value === "number" ? value : undefined;
  }

  textAs<Name extends string>(name: Name, field: EventField): { [key in Name]?: string } {
    const text = this.text(field);
    return (text === undefined || text === "" ? {} : { [name]: text }) as { [key in Name]?: string };
  }

  numberAs<Name extends string>(name: Name, field: EventField): { [key in Name]?: number } {
    const number = this.number(field);
    return (number === undefined ? {} : { [name]: number }) as { [key in Name]?: number };
  }

  all(): { [key: string]: PlainValue } {
    const merged = new Map([...this.#resource, ...this.#own]);
    return Object.fromEntries([...merged].map(([key, value]) => [key, plainOf(value)]));
  }

  #value(field: EventField): PlainValue | undefined {
    if (!("attributes" in field)) return undefined;
    for (const attributes of [this.#own, this.#resource]) {
      for (const name of field.attributes) {
        const value = attributes.get(name);
        if (value) return plainOf(value);
      }
    }
    return undefined;
  }
}

// Which stored field a telemetry key means: `$metadata.…` and `$workers.…` are fixed fields of events, anything else is
// an attribute. The same tables build events and resolve filters, so what is shown can be filtered by.

import type { EventField } from "../store/filter.ts";
import { spellingsOf } from "./spellings.ts";

const attributes = (...names: string[]): EventField => ({ attributes: names.flatMap(spellingsOf) });

/** `$metadata` fields that come from attributes: the first that an event, or else its resource, has. */
export const METADATA_ATTRIBUTES = {
  origin: attributes("cloudflare.handler_type", "faas.trigger"),
  statusCode: attributes("http.response.status_code"),
  url: attributes("url.full"),
  rayId: attributes("cloudflare.ray_id"),
  requestId: attributes("faas.invocation_id"),
  region: attributes("cloudflare.colo", "faas.invoked_region"),
  coldStart: attributes("cloudflare.cold_start_ms"),
  provider: attributes("cloud.provider"),
  cloudService: attributes("cloud.platform"),
} as const satisfies Record<string, EventField>;

/** `$workers` fields that come from attributes. */
export const WORKERS_ATTRIBUTES = {
  eventType: attributes("cloudflare.handler_type"),
  scriptName: attributes("cloudflare.script_name", "faas.name", "service.name"),
  outcome: attributes("cloudflare.outcome"),
  cpuTimeMs: attributes("cloudflare.cpu_time_ms"),
  wallTimeMs: attributes("cloudflare.wall_time_ms"),
  requestId: attributes("faas.invocation_id"),
  entrypoint: attributes("cloudflare.entrypoint"),
  executionModel: attributes("cloudflare.execution_model"),
  durableObjectId: attributes("cloudflare.durable_object.id"),
  "scriptVersion.id": attributes("cloudflare.script_version.id"),
} as const satisfies Record<string, EventField>;

const PROPERTIES: Readonly<Record<string, EventField>> = {
  "$metadata.type": { property: "type" },
  "$metadata.service": { property: "service" },
  "$metadata.traceId": { property: "traceId" },
  "$metadata.spanId": { property: "spanId" },
  "$metadata.parentSpanId": { property: "parentSpanId" },
  "$metadata.spanName": { property: "spanName" },
  "$metadata.duration": { property: "durationMs" },
  "$metadata.startTime": { property: "startMs" },
  "$metadata.endTime": { property: "endMs" },
  "$metadata.level": { property: "level" },
  "$metadata.message": { property: "message" },
  "$metadata.error": { property: "error" },
  "$metadata.trigger": { property: "trigger" },
  "$metadata.transactionName": { property: "trigger" },
  "$workers.traceId": { property: "traceId" },
  "$workers.spanId": { property: "spanId" },
  timestamp: { property: "timestampMs" },
  dataset: { property: "dataset" },
};

const prefixed = (prefix: string, fields: Readonly<Record<string, EventField>>) =>
  Object.entries(fields).map(([name, field]) => [`${prefix}.${name}`, field] as const);

const FIXED = new Map<string, EventField>([
  ...Object.entries(PROPERTIES),
  ...prefixed("$metadata", METADATA_ATTRIBUTES),
  ...prefixed("$workers", WORKERS_ATTRIBUTES),
]);

/** Never fails: a key nobody has stored is a field that no event has. */
export function fieldOf(key: string): EventField {
  return FIXED.get(key) ?? attributes(key);
}

/** The fixed keys that an event with this attribute has too, such as `$metadata.statusCode`. */
export function fixedKeysOf(attribute: string): string[] {
  return [...prefixed("$metadata", METADATA_ATTRIBUTES), ...prefixed("$workers", WORKERS_ATTRIBUTES)]
    .filter(([, field]) => "attributes" in field && field.attributes.includes(attribute))
    .map(([key]) => key);
}

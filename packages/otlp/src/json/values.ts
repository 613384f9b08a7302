// AnyValue, KeyValue, Resource and InstrumentationScope to and from OTLP/JSON. Spans and logs build on these; the
// backend uses `keyValuesToJson` for its own wire format, which has the same encoding of values.

import { base64Of } from "../bytes.ts";
import { MAX_VALUE_DEPTH, OtlpDecodeError } from "../error.ts";
import type { AnyValue, EntityRef, InstrumentationScope, KeyValue, Resource } from "../types.ts";
import {
  boolean,
  bytes,
  double,
  integer64,
  type JsonObject,
  list,
  object,
  string,
  strings,
  uint32,
} from "./read.ts";

/** One value as OTLP/JSON has it: 64-bit integers as decimal text, bytes as base64. */
export type JsonValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | "NaN" | "Infinity" | "-Infinity" | "-0" }
  | { bytesValue: string }
  | { arrayValue: { values: JsonValue[] } }
  | { kvlistValue: { values: JsonKeyValue[] } }
  | Record<string, never>;

export interface JsonKeyValue {
  key: string;
  value: JsonValue;
}

/** Does not change or keep `value`. The sign of negative zero is lost when the result is written as JSON text. */
export function valueToJson(value: AnyValue): JsonValue {
  if ("stringValue" in value) return { stringValue: value.stringValue };
  if ("boolValue" in value) return { boolValue: value.boolValue };
  if ("intValue" in value) return { intValue: String(value.intValue) };
  if ("doubleValue" in value) {
    const double = value.doubleValue;
    // JSON numbers written by JavaScript have no sign on zero; as text, which OTLP/JSON allows, it stays.
    if (Object.is(double, -0)) return { doubleValue: "-0" };
    return { doubleValue: Number.isFinite(double) ? double : (String(double) as "NaN") };
  }
  if ("bytesValue" in value) return { bytesValue: base64Of(value.bytesValue) };
  if ("arrayValue" in value) return { arrayValue: { values: value.arrayValue.values.map(valueToJson) } };
  if ("kvlistValue" in value) return { kvlistValue: { values: keyValuesToJson(value.kvlistValue.values) } };
  return {};
}

export function keyValuesToJson(pairs: readonly KeyValue[]): JsonKeyValue[] {
  return pairs.map(({ key, value }) => ({ key, value: valueToJson(value) }));
}

const MEMBERS = [
  "stringValue",
  "boolValue",
  "intValue",
  "doubleValue",
  "bytesValue",
  "arrayValue",
  "kvlistValue",
];

/** @throws OtlpDecodeError when `json` is no AnyValue, has more than one member, or nests deeper than 64. */
export function valueFromJson(json: unknown, depth = 0): AnyValue {
  const from = object(json);
  if (depth > MAX_VALUE_DEPTH) throw new OtlpDecodeError(`values nest deeper than ${MAX_VALUE_DEPTH}`);
  let member: string | undefined;
  for (const name of MEMBERS) {
    if (from[name] === undefined || from[name] === null) continue;
    if (member) throw new OtlpDecodeError(`a value has both ${member} and ${name}; it may have one`);
    member = name;
  }
  switch (member) {
    case "stringValue":
      return { stringValue: string(from, member) };
    case "boolValue":
      return { boolValue: boolean(from[member], member) };
    case "intValue":
      return { intValue: integer64(from, member, "int64") };
    case "doubleValue":
      return { doubleValue: double(from[member], member) };
    case "bytesValue":
      return { bytesValue: bytes(from, member) };
    case "arrayValue":
      return { arrayValue: { values: inner(from, member, (value) => valueFromJson(value, depth + 1)) } };
    case "kvlistValue":
      return { kvlistValue: { values: inner(from, member, (pair) => keyValueFromJson(pair, depth + 1)) } };
    default:
      return {};
  }
}

function inner<T>(from: JsonObject, member: string, read: (value: JsonObject) => T): T[] {
  try {
    return list(object(from[member]), "values", read);
  } catch (error) {
    throw error instanceof OtlpDecodeError ? error.within(member) : error;
  }
}

/** @throws OtlpDecodeError; `depth` counts the values around the pair's own. */
export function keyValueFromJson(from: JsonObject, depth: number): KeyValue {
  const value = from.value;
  try {
    return {
      key: string(from, "key"),
      value: value === undefined || value === null ? {} : valueFromJson(value, depth),
    };
  } catch (error) {
    throw error instanceof OtlpDecodeError && error.path !== "key" ? error.within("value") : error;
  }
}

/** The pairs under `key` of `from`; a pair without a value has the empty one. */
export function attributesFrom(from: JsonObject, key = "attributes"): KeyValue[] {
  return list(from, key, (pair) => keyValueFromJson(pair, 0));
}

/** @throws OtlpDecodeError when `json` is not an array of KeyValue. */
export function keyValuesFromJson(json: unknown): KeyValue[] {
  return attributesFrom({ attributes: json });
}

export function resourceToJson(resource: Resource): object {
  return {
    attributes: keyValuesToJson(resource.attributes),
    ...(resource.droppedAttributesCount && { droppedAttributesCount: resource.droppedAttributesCount }),
    ...(resource.entityRefs?.length && { entityRefs: resource.entityRefs }),
  };
}

export function resourceFromJson(from: JsonObject): Resource {
  const entityRefs = list(from, "entityRefs", entityRefFromJson);
  return {
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
    ...(entityRefs.length > 0 && { entityRefs }),
  };
}

function entityRefFromJson(from: JsonObject): EntityRef {
  return {
    schemaUrl: string(from, "schemaUrl"),
    type: string(from, "type"),
    idKeys: strings(from, "idKeys"),
    descriptionKeys: strings(from, "descriptionKeys"),
  };
}

export function scopeToJson(scope: InstrumentationScope): object {
  return {
    name: scope.name,
    ...(scope.version && { version: scope.version }),
    ...(scope.attributes.length && { attributes: keyValuesToJson(scope.attributes) }),
    ...(scope.droppedAttributesCount && { droppedAttributesCount: scope.droppedAttributesCount }),
  };
}

export function scopeFromJson(from: JsonObject): InstrumentationScope {
  return {
    name: string(from, "name"),
    version: string(from, "version"),
    attributes: attributesFrom(from),
    droppedAttributesCount: uint32(from, "droppedAttributesCount"),
  };
}

// OTLP/JSON values → the model's. Part of the one place that reads the wire.
import type { WireKeyValue, WireValue } from "@enterspan/backend/contract";
import type { Attribute, Value } from "../trace/model.ts";
import { valueLine } from "../trace/value-text.ts";

/** Values nested deeper are cut: a person cannot read them, and recursion must end before the stack does. */
export const MAX_VALUE_DEPTH = 64;

const EMPTY: Value = { type: "empty" };
const TOO_DEEP: Value = { type: "too-deep" };

/** Unknown kinds of value, which a newer server may send, read as empty rather than fail the trace. */
export function decodeValue(wire: WireValue, depth = 0): Value {
  if (depth > MAX_VALUE_DEPTH) return TOO_DEEP;
  if ("stringValue" in wire) return { type: "string", value: String(wire.stringValue) };
  if ("boolValue" in wire) return { type: "boolean", value: Boolean(wire.boolValue) };
  if ("intValue" in wire) return { type: "int", value: BigInt(wire.intValue) };
  if ("doubleValue" in wire) return { type: "double", value: Number(wire.doubleValue) };
  if ("bytesValue" in wire) return { type: "bytes", base64: String(wire.bytesValue) };
  if ("arrayValue" in wire) {
    return { type: "array", values: wire.arrayValue.values.map((value) => decodeValue(value, depth + 1)) };
  }
  if ("kvlistValue" in wire) {
    return { type: "map", entries: decodeAttributes(wire.kvlistValue.values, depth + 1) };
  }
  return EMPTY;
}

export const decodeAttributes = (wire: readonly WireKeyValue[], depth = 0): Attribute[] =>
  wire.map(({ key, value }) => ({ key, value: decodeValue(value, depth) }));

/** As one line; a text is what it is. */
export const wireText = (wire: WireValue): string =>
  "stringValue" in wire ? wire.stringValue : valueLine(decodeValue(wire));

/** A string attribute straight from the wire, without decoding the others. */
export function wireString(attributes: readonly WireKeyValue[], key: string): string | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value !== undefined && "stringValue" in value ? value.stringValue : undefined;
}

// One attribute value as DuckDB keeps it: a type and a text. Scalars are plain text, so that filters compare them
// without parsing; what nests is OTLP/JSON. Together with the type the text gives back the exact value.

import {
  type AnyValue,
  type JsonKeyValue,
  type JsonValue,
  keyValuesFromJson,
  keyValuesToJson,
  valueFromJson,
  valueToJson,
} from "@enterspan/otlp";

/** Kept in `attribute_keys.type` and `logs.body_type`; changing a letter needs a migration. */
export type StoredType = "s" | "b" | "i" | "d" | "y" | "a" | "k" | "e";

export interface StoredValue {
  type: StoredType;
  text: string;
}

/** The sign of a negative zero inside an array or list is lost; everything else comes back as it was. */
export function toStored(value: AnyValue): StoredValue {
  if ("stringValue" in value) return { type: "s", text: value.stringValue };
  if ("boolValue" in value) return { type: "b", text: value.boolValue ? "true" : "false" };
  if ("intValue" in value) return { type: "i", text: String(value.intValue) };
  if ("doubleValue" in value) {
    return { type: "d", text: Object.is(value.doubleValue, -0) ? "-0" : String(value.doubleValue) };
  }
  if ("bytesValue" in value) return { type: "y", text: Buffer.from(value.bytesValue).toString("base64") };
  if ("arrayValue" in value) {
    return { type: "a", text: JSON.stringify(value.arrayValue.values.map(valueToJson)) };
  }
  if ("kvlistValue" in value) {
    return { type: "k", text: JSON.stringify(keyValuesToJson(value.kvlistValue.values)) };
  }
  return { type: "e", text: "" };
}

export function fromStored(type: StoredType, text: string): AnyValue {
  switch (type) {
    case "s":
      return { stringValue: text };
    case "b":
      return { boolValue: text === "true" };
    case "i":
      return { intValue: BigInt(text) };
    case "d":
      return { doubleValue: Number(text) };
    case "y":
      return { bytesValue: new Uint8Array(Buffer.from(text, "base64")) };
    case "a":
      return {
        arrayValue: { values: (JSON.parse(text) as JsonValue[]).map((value) => valueFromJson(value)) },
      };
    case "k":
      return { kvlistValue: { values: keyValuesFromJson(JSON.parse(text) as JsonKeyValue[]) } };
    case "e":
      return {};
  }
}

/** Bytes of a text in UTF-8; of a short one its length will do. */
export const textBytes = (text: string): number =>
  text.length < 256 ? text.length : Buffer.byteLength(text);

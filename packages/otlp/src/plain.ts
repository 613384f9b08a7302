// A value as plain JSON, for whoever reads it rather than sends it on: readable, at the price of its exact type.

import { base64Of } from "./bytes.ts";
import type { AnyValue } from "./types.ts";

export type PlainValue = string | number | boolean | null | PlainValue[] | { [key: string]: PlainValue };

/** Integers beyond 2^53, which JSON numbers cannot hold, and NaN and infinities become text; bytes become base64. */
export function plainOf(value: AnyValue): PlainValue {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  if ("intValue" in value) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : String(value.intValue);
  }
  if ("doubleValue" in value)
    return Number.isFinite(value.doubleValue) ? value.doubleValue : String(value.doubleValue);
  if ("bytesValue" in value) return base64Of(value.bytesValue);
  if ("arrayValue" in value) return value.arrayValue.values.map(plainOf);
  if ("kvlistValue" in value) {
    return Object.fromEntries(value.kvlistValue.values.map(({ key, value: inner }) => [key, plainOf(inner)]));
  }
  return null;
}

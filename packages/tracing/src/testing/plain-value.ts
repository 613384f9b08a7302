// Values as the core keeps them for the wire, turned back into what the program passed, as far as the wire can tell.
import type { JsonAnyValue } from "../any-value.ts";
import type { AttributeValue, FlatAttributes } from "../span-record.ts";

export type Attributes = Record<string, AttributeValue>;

/** Of equal keys the first keeps its place and the last its value, as on the wire. */
export function plainAttributes(flat: FlatAttributes): Attributes {
  const attributes: Attributes = {};
  for (let i = 0; i < flat.length; i += 2) {
    // Defined, not assigned: a key may be `__proto__`.
    Object.defineProperty(attributes, flat[i] as string, {
      value: flat[i + 1],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return attributes;
}

/** Recursion is bounded by the depth to which the core keeps logged values. */
export function plainValue(value: JsonAnyValue): unknown {
  if ("stringValue" in value) return value.stringValue;
  if ("boolValue" in value) return value.boolValue;
  if ("intValue" in value) return integer(value.intValue as string);
  if ("doubleValue" in value) return Number(value.doubleValue);
  if ("arrayValue" in value) return (value.arrayValue as { values: JsonAnyValue[] }).values.map(plainValue);
  if ("kvlistValue" in value) {
    const { values } = value.kvlistValue as { values: { key: string; value: JsonAnyValue }[] };
    return Object.fromEntries(values.map(({ key, value }) => [key, plainValue(value)]));
  }
  return null;
}

function integer(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

// OpenTelemetry's attribute values as the core keeps them. What the specification allows and the core has no type for
// becomes text; what it does not allow is left out, as OpenTelemetry's SDK does.
import { bytesOfValue } from "../span-bytes.ts";
import type { AttributeValue, FlatAttributes } from "../span-record.ts";

type Primitive = string | number | boolean;

/** The entries of an attributes object; none for anything else. Later changes of the object do not reach them. */
export function toFlat(attributes: unknown): FlatAttributes {
  const flat: FlatAttributes = [];
  if (typeof attributes !== "object" || attributes === null) return flat;
  for (const key of Object.keys(attributes)) {
    const value = toValue((attributes as Record<string, unknown>)[key]);
    if (key !== "" && value !== undefined) flat.push(key, value);
  }
  return flat;
}

/** Undefined for a value that is no attribute's: null, a function, a symbol, an object of a class. */
export function toValue(value: unknown): AttributeValue | undefined {
  if (isPrimitive(value)) return value;
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Uint8Array) return base64(value);
  if (!Array.isArray(value)) return isPlain(value) ? json(value) : undefined;
  const items: unknown[] = value;
  return items.every((item) => isPrimitive(item) || item === null || item === undefined)
    ? withoutGaps(items as (Primitive | null | undefined)[])
    : json(items);
}

export function bytesOfFlat(attributes: FlatAttributes): number {
  return attributes.reduce<number>((sum, part) => sum + bytesOfValue(part), 0);
}

/** An array's places count, so what is missing becomes its type's empty value, as the specification proposes. */
function withoutGaps(items: (Primitive | null | undefined)[]): Primitive[] {
  const type = typeof (items.find((item) => item !== null && item !== undefined) ?? "");
  const empty = type === "number" ? 0 : type === "boolean" ? false : "";
  return items.map((item) => item ?? empty);
}

/** Undefined where there is none: a cycle, a BigInt inside. */
function json(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function isPrimitive(value: unknown): value is Primitive {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

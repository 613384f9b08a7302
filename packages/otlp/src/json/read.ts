// Reads the fields of OTLP/JSON objects with proto3's JSON rules: a missing field or null is the default, 64-bit
// integers come as strings or numbers, enums as numbers or names. Faults are thrown with the field as their path;
// `list` adds the path of what surrounds them. Which fields a message has is left to values.ts, spans.ts and logs.ts.

import { bytesOfBase64 } from "../bytes.ts";
import { OtlpDecodeError } from "../error.ts";
import { checkElements } from "./count.ts";
import { parseText, textOf } from "./text.ts";

export type JsonObject = { readonly [key: string]: unknown };

/**
 * The parsed text; bytes must be valid UTF-8.
 *
 * @throws OtlpTooLargeError for bytes with more than `MAX_ELEMENTS` elements. Text is taken as it is: its size is the caller's matter.
 */
export function parse(input: string | Uint8Array): JsonObject {
  const isAscii = typeof input === "string" || checkElements(input);
  let parsed: unknown;
  try {
    parsed = parseText(typeof input === "string" ? input : textOf(input, isAscii));
  } catch (error) {
    throw new OtlpDecodeError(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return object(parsed);
}

export function object(value: unknown): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new OtlpDecodeError(`expected an object, got ${kindOf(value)}`);
  }
  return value as JsonObject;
}

/** The message under `key`, read from `{}` when it is missing. */
export function message<T>(from: JsonObject, key: string, read: (value: JsonObject) => T): T {
  const value = from[key];
  try {
    return read(value === undefined || value === null ? {} : object(value));
  } catch (error) {
    throw error instanceof OtlpDecodeError ? error.within(key) : error;
  }
}

/** The repeated messages under `key`. */
export function list<T>(from: JsonObject, key: string, read: (value: JsonObject) => T): T[] {
  return items(from, key, (value) => read(object(value)));
}

/** Texts, as `string` reads them. */
export function strings(from: JsonObject, key: string): string[] {
  return items(from, key, text);
}

function items<T>(from: JsonObject, key: string, read: (value: unknown) => T): T[] {
  const values = from[key];
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values)) throw new OtlpDecodeError(`expected an array, got ${kindOf(values)}`, key);
  const result: T[] = [];
  let index = 0;
  try {
    for (; index < values.length; index++) result.push(read(values[index]));
  } catch (error) {
    throw error instanceof OtlpDecodeError ? error.within(`${key}[${index}]`) : error;
  }
  return result;
}

/** Text; lone surrogates, which no UTF-8 store can keep, become U+FFFD. */
export function string(from: JsonObject, key: string): string {
  const value = from[key];
  return value === undefined || value === null ? "" : text(value, key);
}

function text(value: unknown, path?: string): string {
  if (typeof value !== "string") throw new OtlpDecodeError(`expected a string, got ${kindOf(value)}`, path);
  return value.isWellFormed() ? value : value.toWellFormed();
}

const HEX_ID = { 16: /^[0-9a-fA-F]{16}$/, 32: /^[0-9a-fA-F]{32}$/ } as const;

/** A trace id (32 digits) or span id (16), lower-cased; "" when it is missing. */
export function hexId(from: JsonObject, key: string, digits: 16 | 32): string {
  const value = from[key];
  if (value === undefined || value === null || value === "") return "";
  if (typeof value !== "string" || !HEX_ID[digits].test(value)) {
    const got = typeof value === "string" ? `${value.length} characters that are not that` : kindOf(value);
    throw new OtlpDecodeError(`expected ${digits} hex digits, got ${got}`, key);
  }
  return value.toLowerCase();
}

const DECIMAL = /^-?\d{1,20}$/;

/** An integer given as decimal text or as a number without fraction, checked against its type's range. */
export function integer64(from: JsonObject, key: string, type: "int64" | "uint64"): bigint {
  const value = from[key];
  if (value === undefined || value === null) return 0n;
  const readable =
    typeof value === "string" ? DECIMAL.test(value) : typeof value === "bigint" || Number.isInteger(value);
  if (!readable) throw new OtlpDecodeError(`expected ${type} as decimal text, got ${kindOf(value)}`, key);
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new OtlpDecodeError(`${value} is beyond 2^53, where numbers are rounded; send decimal text`, key);
  }
  const integer = BigInt(value as string | number | bigint);
  const fits = (type === "int64" ? BigInt.asIntN(64, integer) : BigInt.asUintN(64, integer)) === integer;
  if (!fits) throw new OtlpDecodeError(`${integer} is outside ${type}`, key);
  return integer;
}

/** An unsigned 32-bit integer. */
export function uint32(from: JsonObject, key: string): number {
  const value = from[key];
  if (value === undefined || value === null) return 0;
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number !== "number" || number >>> 0 !== number) {
    throw new OtlpDecodeError(`expected an integer from 0 to 4294967295, got ${kindOf(value)}`, key);
  }
  return number;
}

/** An enum's number, from the number itself or from one of `names`. Numbers without a name are kept. */
export function enumeration(from: JsonObject, key: string, names: Readonly<Record<string, number>>): number {
  const value = from[key];
  if (value === undefined || value === null) return 0;
  const number = typeof value === "string" && Object.hasOwn(names, value) ? names[value] : value;
  if (typeof number !== "number" || (number | 0) !== number) {
    throw new OtlpDecodeError(`expected a number or one of ${Object.keys(names).join(", ")}`, key);
  }
  return number | 0;
}

export function boolean(value: unknown, key: string): boolean {
  if (typeof value !== "boolean")
    throw new OtlpDecodeError(`expected true or false, got ${kindOf(value)}`, key);
  return value;
}

const SPECIAL_DOUBLES: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

const DECIMAL_DOUBLE = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** A number, or as text a decimal one that a double can hold, or one of the three that are no decimals. */
export function double(value: unknown, key: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") {
    if (Object.hasOwn(SPECIAL_DOUBLES, value)) return SPECIAL_DOUBLES[value] as number;
    if (DECIMAL_DOUBLE.test(value) && Number.isFinite(Number(value))) return Number(value);
  }
  throw new OtlpDecodeError(`expected a number, "NaN", "Infinity" or "-Infinity", got ${kindOf(value)}`, key);
}

export function bytes(from: JsonObject, key: string): Uint8Array {
  const decoded = bytesOfBase64(string(from, key));
  if (!decoded) throw new OtlpDecodeError("expected base64", key);
  return decoded;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string")
    return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  return value === undefined ? "nothing" : "an object";
}

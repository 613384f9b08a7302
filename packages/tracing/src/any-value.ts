// JavaScript values as OTLP/JSON's AnyValue, taken at once, since a logged object may change before it is sent.
// A getter that throws, a cycle, an exotic object: each becomes a string that says so, and never an error.
import { MAX_LOG_CHARACTERS, MAX_LOG_DEPTH, MAX_LOG_ENTRIES } from "./limits.ts";
import { cut, safeText } from "./text.ts";

export type JsonAnyValue =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number | "NaN" | "Infinity" | "-Infinity" | "-0" }
  | { arrayValue: { values: JsonAnyValue[] } }
  | { kvlistValue: { values: { key: string; value: JsonAnyValue }[] } }
  | Record<string, never>;

/** What is left of the entries and characters that one value may take. */
interface Budget {
  entries: number;
  characters: number;
}

/** Bytes that an entry of a structured value takes beside its text, roughly. */
const ENTRY_BYTES = 64;

/** The arguments of one call, which share what a record may take, and roughly how many bytes they do take. */
export function anyValues(values: unknown[]): { values: JsonAnyValue[]; bytes: number } {
  const budget = { entries: MAX_LOG_ENTRIES, characters: MAX_LOG_CHARACTERS };
  const converted = values.map((value) => convert(value, 0, new Set(), budget));
  const entries = values.length + MAX_LOG_ENTRIES - Math.max(0, budget.entries);
  return { values: converted, bytes: entries * ENTRY_BYTES + MAX_LOG_CHARACTERS - budget.characters };
}

/** An integer that a double holds exactly is an int; every other number, -0 included, a double. */
export function numberValue(value: number): JsonAnyValue {
  if (Object.is(value, -0)) return { doubleValue: "-0" };
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  if (Number.isFinite(value)) return { doubleValue: value };
  return { doubleValue: Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity" };
}

function convert(value: unknown, depth: number, seen: Set<object>, budget: Budget): JsonAnyValue {
  switch (typeof value) {
    case "string":
      return text(value, budget);
    case "number":
      return numberValue(value);
    case "boolean":
      return { boolValue: value };
    case "bigint":
      return BigInt.asIntN(64, value) === value ? { intValue: String(value) } : text(String(value), budget);
    case "undefined":
      return {};
    case "object":
      return value === null ? {} : convertObject(value, depth, seen, budget);
    default:
      return text(safeText(value, `[${typeof value}]`), budget);
  }
}

function convertObject(value: object, depth: number, seen: Set<object>, budget: Budget): JsonAnyValue {
  try {
    if (seen.has(value)) return text("[Circular]", budget);
    if (value instanceof RegExp || isBoxed(value)) return text(String(value), budget);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return text(`${value.constructor.name}(${value.byteLength} bytes)`, budget);
    }
    const toJson = ownOrInherited(value, "toJSON");
    if (typeof toJson === "function" && depth < MAX_LOG_DEPTH) {
      return convert(toJson.call(value), depth + 1, seen, budget);
    }
    if (depth >= MAX_LOG_DEPTH || budget.entries <= 0)
      return text(Object.prototype.toString.call(value), budget);
    // An object of a class that shows nothing of itself, such as a Response, is known by its class alone.
    if (!isReadable(value)) return text(Object.prototype.toString.call(value), budget);
    seen.add(value);
    const converted = Array.isArray(value)
      ? { arrayValue: { values: convertItems(value, depth, seen, budget) } }
      : { kvlistValue: { values: convertEntries(value, depth, seen, budget) } };
    seen.delete(value);
    return converted;
  } catch {
    return text("[object that could not be read]", budget);
  }
}

/** A string, number or boolean as an object, which shows its letters or nothing. */
function isBoxed(value: object): boolean {
  return value instanceof String || value instanceof Number || value instanceof Boolean;
}

function isReadable(value: object): boolean {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set || value instanceof Error)
    return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.keys(value).length > 0;
}

function convertItems(items: unknown[], depth: number, seen: Set<object>, budget: Budget): JsonAnyValue[] {
  const values: JsonAnyValue[] = [];
  for (let i = 0; i < items.length && budget.entries-- > 0; i++) {
    values.push(convert(items[i], depth + 1, seen, budget));
  }
  return values;
}

function convertEntries(
  object: object,
  depth: number,
  seen: Set<object>,
  budget: Budget,
): { key: string; value: JsonAnyValue }[] {
  const values: { key: string; value: JsonAnyValue }[] = [];
  for (const [key, value] of entriesOf(object)) {
    if (budget.entries-- <= 0) break;
    budget.characters -= key.length;
    values.push({ key, value: convert(value, depth + 1, seen, budget) });
  }
  return values;
}

function* entriesOf(object: object): Generator<[key: string, value: unknown]> {
  if (object instanceof Map) {
    for (const [key, value] of object) yield [safeText(key, `[${typeof key}]`), value];
    return;
  }
  if (object instanceof Set) {
    let i = 0;
    for (const value of object) yield [String(i++), value];
    return;
  }
  if (object instanceof Error) {
    // The facts of an error are not enumerable, and its stack is a getter of the engine's own.
    yield ["name", object.name];
    yield ["message", object.message];
    yield ["stack", object.stack];
  }
  for (const key of Object.keys(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    // A getter is code of the program's: printing does not run it, and neither do we.
    yield [key, descriptor?.get === undefined ? descriptor?.value : "[Getter]"];
  }
}

/** A property that is there, and not only answered for: a stub of another Worker answers to every name, with a call. */
function ownOrInherited(object: object, key: string): unknown {
  for (let holder: object | null = object; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

function text(value: string, budget: Budget): JsonAnyValue {
  const kept = value.length > budget.characters ? `${cut(value, budget.characters)}…` : value;
  budget.characters -= kept.length;
  return { stringValue: kept };
}

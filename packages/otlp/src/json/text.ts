// From a body's bytes to text, and from text to what JSON.parse makes of it, with no integer rounded. What OTLP allows of
// that is left to read.ts.

/** What may be a number that a double rounds: 16 digits outside quotes. Text that looks alike only costs time. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;
const WHOLE = /^-?\d{1,20}$/;

type Reviver = (this: unknown, key: string, value: unknown) => unknown;

/**
 * A whole number beyond 2^53 as bigint, since JSON.parse has rounded it. Runtimes that do not hand on the source leave
 * the number, which `integer64` then refuses.
 */
function exactInteger(_: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context?.source !== undefined && WHOLE.test(context.source) ? BigInt(context.source) : value;
}

/** What is used of Node where there is one. */
interface Runtime {
  Buffer?: { prototype: { latin1Slice?: (this: Uint8Array) => string } };
  process?: {
    getBuiltinModule?: (name: "node:buffer") => { isUtf8?: (bytes: Uint8Array) => boolean } | undefined;
  };
}

/** Copies ASCII many times as fast as a TextDecoder. */
const latin1Slice = (globalThis as Runtime).Buffer?.prototype.latin1Slice;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** @throws TypeError when it is no UTF-8. */
export function textOf(bytes: Uint8Array, isAscii: boolean): string {
  return isAscii && latin1Slice ? latin1Slice.call(bytes) : UTF8.decode(bytes);
}

const isUtf8Native = (globalThis as Runtime).process?.getBuiltinModule?.("node:buffer")?.isUtf8;

/** What the runtime itself has for this takes a tenth of the time of decoding, or less. */
export function isUtf8(bytes: Uint8Array): boolean {
  if (isUtf8Native) return isUtf8Native(bytes);
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** @throws SyntaxError when it is no JSON. */
export function parseText(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, exactInteger as Reviver) : JSON.parse(text);
}

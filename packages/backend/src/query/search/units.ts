// Numbers as people write them: `1.5s`, `10MiB`, `2026-01-01T12:00Z`, in the unit that a key is kept in.

const DURATIONS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Decimal by the letter alone, binary with an i, as the standards have it. */
const SIZES_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

const NUMBER = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)([a-zµμ]*)$/i;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?$/;

/** Keys whose numbers are durations in another unit than milliseconds, by how they end. */
const UNIT_OF_ENDING: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  seconds: 1000,
};

/**
 * The number that `text` means for `key`; `undefined` where it is none. A duration comes in milliseconds, or in the unit
 * that the key's ending names (`_ns`, `_us`, `_ms`, `_s`, `_seconds`); a size in bytes; a date in milliseconds since 1970,
 * in UTC unless it says otherwise.
 */
export function numberOf(text: string, key: string): number | undefined {
  const [, digits, unit] = NUMBER.exec(text) ?? [];
  if (digits !== undefined && unit !== undefined) {
    if (unit === "") return finite(Number(digits));
    const ms = DURATIONS_MS[unit];
    if (ms !== undefined) return finite(scaled(Number(digits), ms, unitOf(key)));
    const bytes = SIZES_BYTES[unit.toLowerCase()];
    return bytes === undefined ? undefined : finite(Number(digits) * bytes);
  }
  if (!DATE.test(text)) return undefined;
  const hasZone = /(Z|[-+]\d{2}:?\d{2})$/.test(text.slice(10));
  return finite(Date.parse(text.includes("T") && !hasZone ? `${text}Z` : text));
}

const unitOf = (key: string): number => UNIT_OF_ENDING[/_([a-z]+)$/.exec(key)?.[1] ?? ""] ?? 1;

/** Divides by what is below one: 100 µs are 0.1 ms, and 100 × 0.001 is not. */
function scaled(value: number, ms: number, target: number): number {
  const factor = ms / target;
  return factor >= 1 ? value * Math.round(factor) : value / Math.round(1 / factor);
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

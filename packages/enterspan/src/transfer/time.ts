// A moment as people give it to an export.

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A date and time in ISO 8601, or how long ago: `90m`, `24h`, `7d`. In nanoseconds since 1970; undefined for anything
 * else, and for what lies before 1970.
 */
export function parseMoment(text: string, nowMs: number = Date.now()): bigint | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const ms =
    unit === undefined
      ? /^\d{4}-\d{2}-\d{2}/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : nowMs - Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  return ms >= 0 ? BigInt(Math.round(ms)) * 1_000_000n : undefined;
}

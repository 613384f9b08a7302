// Durations and offsets as text, from nanoseconds to days.
import { DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, type Nanos, SECOND } from "./time.ts";

const DECIMAL_UNITS = [
  { suffix: "ns", size: 1, next: MICROSECOND },
  { suffix: "µs", size: MICROSECOND, next: MILLISECOND },
  { suffix: "ms", size: MILLISECOND, next: SECOND },
  { suffix: "s", size: SECOND, next: MINUTE },
] as const;

const PAIRS = [
  { major: "min", size: MINUTE, minor: "s", minorSize: SECOND, next: HOUR },
  { major: "h", size: HOUR, minor: "min", minorSize: MINUTE, next: DAY },
  { major: "d", size: DAY, minor: "h", minorSize: HOUR, next: Number.POSITIVE_INFINITY },
] as const;

/**
 * A duration with about three significant digits: `840 ns`, `12.4 µs`, `3.42 ms`, `1.2 s`, `1 min 05 s`, `2 h 03 min`,
 * `3 d 04 h`. Rounds half up and carries into the next unit: 999,999 ns is `1 ms`, never `1000 µs`.
 */
export function formatDuration(duration: Nanos): string {
  if (!Number.isFinite(duration)) return "–";
  if (duration < 0) return `−${formatDuration(-duration as Nanos)}`;
  for (const { suffix, size, next } of DECIMAL_UNITS) {
    const rounded = threeDigits(duration / size);
    if (rounded * size < next) return `${rounded} ${suffix}`;
  }
  for (const { major, size, minor, minorSize, next } of PAIRS) {
    const minors = Math.round(duration / minorSize);
    if (minors * minorSize >= next) continue;
    const perMajor = size / minorSize;
    const rest = String(minors % perMajor).padStart(2, "0");
    return `${Math.floor(minors / perMajor).toLocaleString("en-US")} ${major} ${rest} ${minor}`;
  }
  return "–";
}

/** Every digit: `1.234567 ms`, for where the exact figure is asked for. */
export function formatExactDuration(duration: Nanos): string {
  if (duration < 0) return `−${formatExactDuration(-duration as Nanos)}`;
  const unit =
    duration >= SECOND
      ? { suffix: "s", digits: 9 }
      : duration >= MILLISECOND
        ? { suffix: "ms", digits: 6 }
        : duration >= MICROSECOND
          ? { suffix: "µs", digits: 3 }
          : { suffix: "ns", digits: 0 };
  const digits = BigInt(Math.round(duration))
    .toString()
    .padStart(unit.digits + 1, "0");
  const whole = BigInt(digits.slice(0, digits.length - unit.digits)).toLocaleString("en-US");
  const fraction = digits.slice(digits.length - unit.digits).replace(/0+$/, "");
  return `${whole}${fraction === "" || unit.digits === 0 ? "" : `.${fraction}`} ${unit.suffix}`;
}

/** An offset from the trace's start, signed: `+3.42 ms`, `−120 µs`. */
export const formatOffset = (offset: Nanos): string =>
  offset < 0 ? formatDuration(offset) : `+${formatDuration(offset)}`;

function threeDigits(value: number): number {
  if (value >= 100) return Math.round(value);
  if (value >= 10) return Math.round(value * 10) / 10;
  return Math.round(value * 100) / 100;
}

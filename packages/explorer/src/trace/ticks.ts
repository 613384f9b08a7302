// The marks on the time axis: five to nine, at round numbers, labelled in one unit.
import {
  DAY,
  HOUR,
  MICROSECOND,
  MILLISECOND,
  MINUTE,
  type Nanos,
  nanos,
  SECOND,
  type TimeRange,
} from "./time.ts";

export interface Tick {
  readonly at: Nanos;
  readonly label: string;
}

const MIN_TICKS = 5;
const MAX_TICKS = 9;

const UNITS = [
  { suffix: "d", size: DAY },
  { suffix: "h", size: HOUR },
  { suffix: "min", size: MINUTE },
  { suffix: "s", size: SECOND },
  { suffix: "ms", size: MILLISECOND },
  { suffix: "µs", size: MICROSECOND },
  { suffix: "ns", size: nanos(1) },
] as const;

const DECIMAL = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500];
/** Steps people count in, per unit; then those that are only taken where no better one gives five to nine marks. */
const ROUND = steps(DECIMAL, [1, 2, 5, 10, 15, 30], [1, 2, 3, 6, 12]);
const FALLBACK = steps(
  [1.5, 3, 4, 7.5, 15, 30, 40, 75, 150, 300, 400, 750],
  [1.5, 2.5, 3, 4, 7.5, 20, 40],
  [1.5, 4, 8, 18],
);

function steps(
  decimal: readonly number[],
  sexagesimal: readonly number[],
  hours: readonly number[],
): number[] {
  const below = [nanos(1), MICROSECOND, MILLISECOND].flatMap((unit) => decimal.map((n) => n * unit));
  const seconds = [SECOND, MINUTE].flatMap((unit) => sexagesimal.map((n) => n * unit));
  // A start of 0 on a clock of today makes a trace of 20,000 days: four more decades cover it.
  const days = [1, 10, 100, 1_000, 10_000].flatMap((scale) =>
    [1, 2, 2.5, 3, 4, 5, 7.5].map((n) => n * scale * DAY),
  );
  return [...below, ...seconds, ...hours.map((n) => n * HOUR), ...days]
    .filter((step) => Number.isInteger(step))
    .sort((a, b) => a - b);
}

const countTicks = ({ start, end }: TimeRange, step: number): number =>
  Math.floor(end / step) - Math.ceil(start / step) + 1;

const fits = (range: TimeRange, step: number): boolean => {
  const count = countTicks(range, step);
  return count >= MIN_TICKS && count <= MAX_TICKS;
};

/**
 * Five to nine marks inside the range. A range under 4 ns has fewer whole nanoseconds than that and gets one mark for
 * each of them.
 */
export function niceTicks(range: TimeRange): Tick[] {
  const step = ROUND.find((s) => fits(range, s)) ?? FALLBACK.find((s) => fits(range, s)) ?? 1;
  const first = Math.ceil(range.start / step);
  const count = Math.min(countTicks(range, step), MAX_TICKS);
  const last = (first + count - 1) * step;
  const unit = UNITS.find(({ size }) => size <= last && readsWell(step, size)) ?? UNITS[UNITS.length - 1];
  return Array.from({ length: Math.max(count, 0) }, (_, index) => {
    const at = (first + index) * step;
    return { at: nanos(at), label: `${trim(at / (unit?.size ?? 1))} ${unit?.suffix ?? "ns"}` };
  });
}

/** Seconds and below are counted in decimals, three at most; nobody says a quarter of a minute as 0.25 min. */
function readsWell(step: number, unit: number): boolean {
  const parts = unit > SECOND ? step / unit : (step / unit) * 1_000;
  return Math.abs(parts - Math.round(parts)) < 1e-6;
}

const trim = (value: number): string => String(Number(value.toFixed(3)));

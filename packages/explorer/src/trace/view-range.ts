// The stretch of the trace that the axis shows, and how zooming and panning change it. Pure; waterfall/ draws it.
import { MICROSECOND, type Nanos, nanos, type TimeRange } from "./time.ts";

/** No closer than this; a trace that is shorter is shown whole. */
export const MIN_RANGE = MICROSECOND;

const lengthOf = ({ start, end }: TimeRange): number => end - start;

/** The range moved and stretched as little as it takes to lie inside `whole` and to be no shorter than `MIN_RANGE`. */
export function clampRange(range: TimeRange, whole: TimeRange): TimeRange {
  const length = Math.min(lengthOf(whole), Math.max(Math.min(MIN_RANGE, lengthOf(whole)), lengthOf(range)));
  const middle = (range.start + range.end) / 2;
  const wanted = lengthOf(range) < length ? middle - length / 2 : range.start;
  const start = Math.max(whole.start, Math.min(whole.end - length, wanted));
  return { start: nanos(start), end: nanos(start + length) };
}

/**
 * @param factor above 1 shows less, below 1 more
 * @param at stays where it is on the axis, as far as the ends of the trace allow
 */
export function zoom(range: TimeRange, factor: number, at: Nanos, whole: TimeRange): TimeRange {
  const wanted = Math.max(Math.min(MIN_RANGE, lengthOf(whole)), lengthOf(range) / factor);
  const share = (at - range.start) / lengthOf(range);
  const start = at - share * wanted;
  return clampRange({ start: nanos(start), end: nanos(start + wanted) }, whole);
}

/** @param share of the range to go by, negative to the left */
export function pan(range: TimeRange, share: number, whole: TimeRange): TimeRange {
  const by = share * lengthOf(range);
  return clampRange({ start: nanos(range.start + by), end: nanos(range.end + by) }, whole);
}

export const isWhole = (range: TimeRange, whole: TimeRange): boolean =>
  range.start <= whole.start && range.end >= whole.end;

/** Between two places on the axis, as fractions of its width, whichever comes first. */
export function rangeBetween(a: number, b: number, range: TimeRange): TimeRange {
  const at = (fraction: number): Nanos =>
    nanos(range.start + Math.max(0, Math.min(1, fraction)) * lengthOf(range));
  return { start: at(Math.min(a, b)), end: at(Math.max(a, b)) };
}

/** `1200-88000`, in whole nanoseconds, for the address. */
export const rangeText = ({ start, end }: TimeRange): string => `${Math.round(start)}-${Math.round(end)}`;

/** Undefined for what is no range. */
export function rangeOfText(text: string | undefined): TimeRange | undefined {
  const [, start, end] = /^(\d{1,17})-(\d{1,17})$/.exec(text ?? "") ?? [];
  if (start === undefined || end === undefined || Number(end) <= Number(start)) return undefined;
  return { start: nanos(Number(start)), end: nanos(Number(end)) };
}

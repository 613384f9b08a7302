// Absolute times as text, in the reader's time zone.
import type { UnixNanos } from "./time.ts";

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short" });
const dayOfYear = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** JavaScript's dates end in the year 275,760; later times are shown as that. */
const MAX_DATE_MS = 8.64e15;

const dateOf = (time: UnixNanos): Date => new Date(Math.min(Number(time / 1_000_000n), MAX_DATE_MS));

/** `14:03:22.123` */
export const formatClock = (time: UnixNanos): string => clock.format(dateOf(time));

/** `28 Nov`, `28 Nov 2025` in another year than that of `now`, or "" for the day of `now`. */
export function formatDay(time: UnixNanos, now: Date): string {
  const date = dateOf(time);
  if (date.toDateString() === now.toDateString()) return "";
  return (date.getFullYear() === now.getFullYear() ? day : dayOfYear).format(date);
}

/** The whole date in words with the time zone, then the exact time in UTC. */
export const formatFull = (time: UnixNanos): string =>
  `${full.format(dateOf(time))}\n${formatExactUtc(time)}`;

/** ISO 8601 in UTC with every nanosecond: `2026-11-28T13:03:22.123456789Z`. */
export function formatExactUtc(time: UnixNanos): string {
  const seconds = dateOf(time).toISOString().slice(0, -5);
  return `${seconds}.${(time % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}

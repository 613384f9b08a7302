// Where a stretch of wall-clock time is marked: at round times of the reader's own day, a handful of them.
import type { Period } from "./period.ts";

export interface TimeTick {
  readonly ms: number;
  readonly label: string;
}

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", ...options });
const withFraction = format({ minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
const withSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const ofDay = format({ hour: "2-digit", minute: "2-digit" });
const day = format({ day: "2-digit", month: "short" });

/** @param most marks that there is room for */
export function timeTicks({ fromMs, toMs }: Period, most: number): TimeTick[] {
  const step = STEPS.find((candidate) => (toMs - fromMs) / candidate <= most) ?? (toMs - fromMs) / most;
  // Steps are counted from the reader's midnight: 06:00 and 12:00, whatever lies between there and UTC.
  const offset = new Date(fromMs).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((fromMs - offset) / step) * step + offset;
  const ticks: TimeTick[] = [];
  for (let ms = first; ms <= toMs; ms += step) ticks.push({ ms, label: labelOf(ms, step) });
  return ticks;
}

/** A midnight is told as its day: whatever is marked before it was on another. */
function labelOf(ms: number, step: number): string {
  const isMidnight = new Date(ms).getHours() === 0 && new Date(ms).getMinutes() === 0;
  if (step >= DAY || (isMidnight && step >= MINUTE)) return day.format(ms);
  if (step >= MINUTE) return ofDay.format(ms);
  return (step >= SECOND ? withSeconds : withFraction).format(ms);
}

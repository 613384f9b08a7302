// A moment to the second as the time bar shows it, with its day where that is another than today.
import { unixNanos } from "../trace/time.ts";
import { formatClock, formatDay } from "../trace/wall-time.ts";

export function momentText(ms: number): string {
  const time = unixNanos(BigInt(Math.max(0, Math.round(ms))) * 1_000_000n);
  return `${formatDay(time, new Date())} ${formatClock(time).slice(0, 8)}`.trim();
}

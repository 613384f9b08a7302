// The times below the histogram. For the eye: what is said of the drawings above names its times itself.
import type { Period } from "./period.ts";
import { timeTicks } from "./time-ticks.ts";

const MOST_TICKS = 6;
/** A label that is centred closer to an end than this would stick out of it. */
const MARGIN = 0.04;

export function TimeAxis({ period }: { readonly period: Period }) {
  const length = period.toMs - period.fromMs;
  return (
    <div aria-hidden className="figures relative h-3.5 text-[10px] leading-3.5 text-kumo-subtle">
      {timeTicks(period, MOST_TICKS).map(({ ms, label }) => {
        const at = (ms - period.fromMs) / length;
        return (
          at > MARGIN &&
          at < 1 - MARGIN && (
            <span
              key={ms}
              className="absolute -translate-x-1/2 whitespace-nowrap"
              style={{ left: `${at * 100}%` }}
            >
              {label}
            </span>
          )
        );
      })}
    </div>
  );
}

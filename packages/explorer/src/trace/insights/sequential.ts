// Reads that waited for each other although nothing shows that they had to: the same operation for different keys, back
// to back under one parent. Different operations in a row most often need each other's result, so they are not reported.
import { formatDuration } from "../duration.ts";
import { nanos } from "../time.ts";
import type { Call } from "./calls.ts";
import { type Insight, type InsightInput, MIN_WIN } from "./insight.ts";

/** With a longer pause between them the program did something else in between, which the next call may need. */
const MAX_PAUSE = 1_000_000;
const MAX_PAUSE_SHARE = 0.1;

/** @param taken positions that another finding has explained already */
export function findSequential(
  { tree, calls, pathTime }: InsightInput,
  taken: ReadonlySet<number>,
): Insight[] {
  const found: Insight[] = [];
  for (const siblings of Map.groupBy(calls, ({ parent }) => parent).values()) {
    for (const run of runsOf(siblings)) {
      for (const group of Map.groupBy(run, ({ store, name }) => `${store}\n${name}`).values()) {
        const known = distinctTargets(group).filter(({ position }) => !taken.has(position));
        if (known.length < 2) continue;
        const times = known.map(({ position }) => pathTime[position] as number);
        const win = times.reduce((sum, time) => sum + time, 0) - Math.max(...times);
        if (win < MIN_WIN) continue;
        const where = tree.spans[(known[0] as Call).parent]?.title;
        found.push({
          kind: "sequential",
          title: `${known.length} × ${known[0]?.name}${where === undefined ? "" : ` in ${where}`} waited for each other: together they would be ${formatDuration(nanos(win))} faster`,
          advice:
            "If none needs the result of the one before, start them together and await Promise.all. If they do, leave them as they are.",
          evidence: known.map(({ position }) => position),
          win: nanos(win),
        });
      }
    }
  }
  return found;
}

/** Reads in order of time, each begun soon after the one before had ended. Anything else ends a run. */
function runsOf(siblings: readonly Call[]): Call[][] {
  const runs: Call[][] = [];
  let run: Call[] = [];
  let busyUntil = Number.NEGATIVE_INFINITY;
  for (const call of siblings.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = run.at(-1);
    const pause = last === undefined ? 0 : call.start - last.end;
    const isNext =
      last !== undefined &&
      call.isRead &&
      call.start >= busyUntil &&
      pause <= Math.max(MAX_PAUSE, MAX_PAUSE_SHARE * (last.end - last.start));
    if (!isNext) {
      runs.push(run);
      run = [];
    }
    // Beside another call it is in parallel already: neither of the two begins or continues a run.
    if (call.start < busyUntil) runs.pop();
    else if (call.isRead) run.push(call);
    busyUntil = Math.max(busyUntil, call.end);
  }
  runs.push(run);
  return runs;
}

/** The first of each target; without one nobody knows whether it was the same. */
function distinctTargets(group: readonly Call[]): Call[] {
  const seen = new Set<string>();
  return group.filter(({ target, isTemplate }) => {
    if (target === "" || isTemplate || seen.has(target)) return false;
    seen.add(target);
    return true;
  });
}

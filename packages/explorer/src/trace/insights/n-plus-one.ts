// One call per item of a list, each waiting for the one before: what a loop with an `await` in it looks like. Told apart
// by operation, so that two kinds of calls that take turns are two findings.
import { formatDuration } from "../duration.ts";
import { nanos } from "../time.ts";
import type { Tree } from "../tree.ts";
import type { Call } from "./calls.ts";
import { type Insight, type InsightInput, MIN_WIN } from "./insight.ts";

/** Fewer may be on purpose, and are found as calls one after the other. */
const MIN_CALLS = 5;
/** So many of a hundred must have waited for the one before; calls side by side are no loop. */
const WAITING_SHARE = 0.8;
/** So many of a hundred must be about something that no other is about, as far as that is recorded. */
const DIFFERENT_SHARE = 0.8;

/** Pauses of a loop are alike: they differ by no more than this, or this share. */
const PAUSE_DIFFERENCE = 1_000_000;
const PAUSE_DIFFERENCE_SHARE = 0.25;

export function findNPlusOne({ tree, calls, pathTime }: InsightInput): Insight[] {
  const loops = loopsOf(tree);
  const groups = Map.groupBy(calls, (call) => {
    const statement = call.isTemplate ? call.target : "";
    return `${loops.of(call)}\n${call.store}\n${call.name}\n${statement}`;
  });
  const found: Insight[] = [];
  for (const scattered of groups.values()) {
    if (scattered.length < MIN_CALLS) continue;
    for (const group of inRhythm(tree, scattered, loops)) {
      if (group.length < MIN_CALLS || !areAboutDifferentThings(group) || waitingShare(group) < WAITING_SHARE)
        continue;
      const times = group.map(({ position }) => pathTime[position] as number);
      const win = times.reduce((sum, time) => sum + time, 0) - Math.max(...times);
      if (win < MIN_WIN) continue;
      const [{ name }] = group as [Call];
      found.push({
        kind: "n-plus-one",
        title: `${name} ran ${group.length} times, one after the other: ${formatDuration(nanos(win))} more than once would take`,
        advice:
          "Ask for all items at once: a statement with IN or a JOIN, a batch, a list of keys; or start the calls together with Promise.all.",
        evidence: group.map(({ position }) => position),
        win: nanos(win),
      });
    }
  }
  return found;
}

/**
 * Parts a list of calls where the rhythm of a loop breaks off: from round to round the same things happen in between, and
 * the program pauses for about as long. Calls of one kind that merely occur all over a request have no rhythm.
 */
function inRhythm(tree: Tree, calls: readonly Call[], loops: Loops): Call[][] {
  const runs: Call[][] = [];
  let run: Call[] = [];
  let beat: Beat | undefined;
  for (const call of calls.toSorted((a, b) => a.start - b.start)) {
    const last = run.at(-1);
    const next = last === undefined ? undefined : beatBetween(tree, loops.roundOf(last), loops.roundOf(call));
    if (last !== undefined && next !== undefined && beat !== undefined && !isSameBeat(beat, next)) {
      // A call that only happened to come before a loop does not take the loop's first round with it.
      const isStray = run.length < MIN_CALLS;
      runs.push(isStray ? run.slice(0, -1) : run);
      run = isStray ? [last] : [];
      beat = isStray ? next : undefined;
    } else beat ??= next;
    run.push(call);
  }
  runs.push(run);
  return runs;
}

/** What happens from one round to the next. */
interface Beat {
  /** Names of what runs in between, in order. */
  readonly names: string;
  /** Time in which nothing of it runs. */
  readonly pause: number;
}

/** @param from, to positions of two siblings */
function beatBetween({ spans, subtreeEnd }: Tree, from: number, to: number): Beat {
  const names: string[] = [];
  let pause = 0;
  let busyUntil = endAt(spans, from);
  for (let position = subtreeEnd[from] as number; position < to; position = subtreeEnd[position] as number) {
    names.push(spans[position]?.name ?? "");
    pause += Math.max(0, (spans[position]?.start ?? 0) - busyUntil);
    busyUntil = Math.max(busyUntil, endAt(spans, position));
  }
  return { names: names.join("\n"), pause: pause + Math.max(0, (spans[to]?.start ?? 0) - busyUntil) };
}

const endAt = (spans: Tree["spans"], position: number): number => {
  const span = spans[position];
  return span === undefined ? 0 : span.start + span.duration;
};

const isSameBeat = (a: Beat, b: Beat): boolean =>
  a.names === b.names &&
  Math.abs(a.pause - b.pause) <= Math.max(PAUSE_DIFFERENCE, PAUSE_DIFFERENCE_SHARE * a.pause);

/** The same key again and again is a read that is repeated, and found as such. */
function areAboutDifferentThings(group: readonly Call[]): boolean {
  const known = group.filter(({ target, isTemplate }) => target !== "" && !isTemplate);
  const different = new Set(known.map(({ target }) => target)).size + group.length - known.length;
  return different >= DIFFERENT_SHARE * group.length;
}

function waitingShare(group: readonly Call[]): number {
  const inOrder = group.toSorted((a, b) => a.start - b.start);
  const waiting = inOrder.filter((call, index) => call.start >= (inOrder[index - 1]?.end ?? 0)).length;
  return waiting / inOrder.length;
}

interface Loops {
  /** Names what encloses a call's loop: its parent, or, where each round has a span of its own, what encloses those. */
  of(call: Call): string;
  /** Position of what stands for the call's round: itself, or the span of the round. */
  roundOf(call: Call): number;
}

function loopsOf({ spans, parent }: Tree): Loops {
  const rounds = new Map<string, number>();
  const nameOf = (position: number): string => `${parent[position]}\n${spans[position]?.name}`;
  spans.forEach((span, position) => {
    if (span.product === "Custom") rounds.set(nameOf(position), (rounds.get(nameOf(position)) ?? 0) + 1);
  });
  const hasRounds = ({ parent: above }: Call): boolean =>
    above >= 0 && (rounds.get(nameOf(above)) ?? 0) >= MIN_CALLS;
  return {
    of: (call) => (hasRounds(call) ? nameOf(call.parent) : String(call.parent)),
    roundOf: (call) => (hasRounds(call) ? call.parent : call.position),
  };
}

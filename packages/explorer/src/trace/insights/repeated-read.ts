// The same thing read again in one invocation although nothing was written to it in between.
import { formatDuration } from "../duration.ts";
import { nanos } from "../time.ts";
import type { Tree } from "../tree.ts";
import type { Call } from "./calls.ts";
import { type Insight, type InsightInput, MIN_WIN } from "./insight.ts";

const SHOWN_TARGET = 60;

export function findRepeatedReads({ tree, calls, pathTime }: InsightInput): Insight[] {
  const invocationOf = invocations(tree);
  const found: Insight[] = [];
  const byStore = Map.groupBy(calls, ({ store, position }) => `${invocationOf[position]}\n${store}`);
  for (const ofStore of byStore.values()) {
    for (const group of readsWithoutWrites(ofStore)) {
      const again = group.slice(1);
      const win = again.reduce((sum, { position }) => sum + (pathTime[position] as number), 0);
      if (again.length === 0 || win < MIN_WIN) continue;
      const [{ name, target }] = group as [Call];
      const shown = target.length > SHOWN_TARGET ? `${target.slice(0, SHOWN_TARGET)}…` : target;
      found.push({
        kind: "repeated-read",
        title: `${name} read “${shown}” ${group.length} times: once would save ${formatDuration(nanos(win))}`,
        advice: "Read it once and hand the result on, or keep the promise of the first read for the request.",
        evidence: group.map(({ position }) => position),
        win: nanos(win),
      });
    }
  }
  return found;
}

/** A statement that is not a read may change anything in its store; a write with a key changes that key alone. */
function readsWithoutWrites(ofStore: readonly Call[]): Call[][] {
  const done: Call[][] = [];
  const open = new Map<string, Call[]>();
  for (const call of ofStore.toSorted((a, b) => a.start - b.start)) {
    if (call.isRead) {
      if (call.target === "" || call.isTemplate) continue;
      const key = `${call.name}\n${call.target}`;
      const group = open.get(key);
      if (group === undefined) open.set(key, [call]);
      else group.push(call);
      continue;
    }
    const isOfOneKey = /^(kv|r2|cache)_|^durable_object_storage_(kv_)?(put|delete)$/.test(call.name);
    for (const [key, group] of open) {
      if (isOfOneKey && call.target !== "" && group[0]?.target !== call.target) continue;
      done.push(group);
      open.delete(key);
    }
  }
  return [...done, ...open.values()];
}

/** Position of the invocation's root, by position. */
function invocations({ spans, parent }: Tree): Int32Array {
  const of = new Int32Array(spans.length);
  spans.forEach((span, position) => {
    const above = parent[position] as number;
    of[position] = above < 0 || span.product === "Invocation" ? position : (of[above] as number);
  });
  return of;
}

// All findings about a trace, what can be won most first. Reads the attributes of every call: for the view that shows
// them, not for each rendering.
import { criticalPath, timeOnPath } from "../critical-path.ts";
import type { Tree } from "../tree.ts";
import { callsOf } from "./calls.ts";
import { findDominant } from "./dominant.ts";
import { findSlowFirstByte, findWorkAfterResponse } from "./first-byte.ts";
import type { Insight, InsightInput } from "./insight.ts";
import { findNPlusOne } from "./n-plus-one.ts";
import { findRepeatedReads } from "./repeated-read.ts";
import { findSequential } from "./sequential.ts";
import { findSwallowedErrors } from "./swallowed-error.ts";

export function findInsights(tree: Tree): Insight[] {
  const input = inputOf(tree);
  const nPlusOne = findNPlusOne(input);
  const repeated = findRepeatedReads(input);
  const explained = new Set(nPlusOne.flatMap(({ evidence }) => evidence));
  return [
    ...nPlusOne,
    ...findSequential(input, explained),
    ...repeated,
    ...findDominant(input),
    ...findSlowFirstByte(input),
    ...findSwallowedErrors(input),
    ...findWorkAfterResponse(input),
  ].sort((a, b) => b.win - a.win);
}

function inputOf(tree: Tree): InsightInput {
  const ownPathTime = new Float64Array(tree.spans.length);
  for (const [position, stretches] of criticalPath(tree)) ownPathTime[position] = timeOnPath(stretches);
  const pathTime = ownPathTime.slice();
  for (let position = tree.spans.length - 1; position >= 0; position--) {
    const above = tree.parent[position] as number;
    if (above >= 0) pathTime[above] = (pathTime[above] as number) + (pathTime[position] as number);
  }
  return { tree, calls: callsOf(tree), pathTime, ownPathTime };
}

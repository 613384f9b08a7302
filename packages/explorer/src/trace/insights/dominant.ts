// One span that is most of the time: whatever else is mended, the request stays about as long.
import { formatDuration } from "../duration.ts";
import type { Span } from "../model.ts";
import { nanos } from "../time.ts";
import { type Insight, type InsightInput, MIN_WIN } from "./insight.ts";

const MIN_SHARE = 0.5;

export function findDominant({ tree, ownPathTime }: InsightInput): Insight[] {
  const root = tree.spans[0];
  if (root === undefined || tree.spans.length < 2) return [];
  let most = 0;
  for (let position = 1; position < (tree.subtreeEnd[0] as number); position++) {
    if ((ownPathTime[position] as number) > (ownPathTime[most] as number)) most = position;
  }
  const time = ownPathTime[most] as number;
  if (time < MIN_SHARE * root.duration || time < MIN_WIN) return [];
  const span = tree.spans[most] as Span;
  const share = Math.round((100 * time) / root.duration);
  return [
    {
      kind: "dominant",
      title: `${span.title} is ${share} % of the time: ${formatDuration(nanos(time))} in which it waited for nothing below it`,
      advice:
        span.product === "Custom" || span.product === "Invocation"
          ? "That is code of its own, or calls that are not traced. Put spans around its parts to see which."
          : "Make this call faster, cache its result, or do without it: the rest hardly counts.",
      evidence: [most],
      win: nanos(time),
    },
  ];
}

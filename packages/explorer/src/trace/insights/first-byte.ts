// When the response began: too late, or long before the work was over.
import { formatDuration } from "../duration.ts";
import type { Span } from "../model.ts";
import { MILLISECOND, nanos } from "../time.ts";
import type { Insight, InsightInput } from "./insight.ts";

const TTFB_KEY = "cloudflare.response.time_to_first_byte_ms";
/** Above this a page is felt to be slow (the bound of web.dev's "good"). */
const GOOD_MS = 800;
const MIN_SHARE_AFTER = 0.1;

export function findSlowFirstByte(input: InsightInput): Insight[] {
  const firstByteMs = firstByteOf(input);
  if (firstByteMs === undefined || firstByteMs <= GOOD_MS) return [];
  const before = callsOfRoot(input).filter(
    ({ start, position }) =>
      start < firstByteMs * MILLISECOND + rootStart(input) && (input.pathTime[position] ?? 0) > 0,
  );
  const slowest = before
    .toSorted((a, b) => (input.pathTime[b.position] ?? 0) - (input.pathTime[a.position] ?? 0))
    .slice(0, 3);
  return [
    {
      kind: "slow-first-byte",
      title: `The response began after ${formatDuration(nanos(firstByteMs * MILLISECOND))}`,
      advice:
        "Send what is known at once and stream the rest, or leave what the reader need not wait for to ctx.waitUntil.",
      evidence: [0, ...slowest.map(({ position }) => position).sort((a, b) => a - b)],
      win: nanos((firstByteMs - GOOD_MS) * MILLISECOND),
    },
  ];
}

export function findWorkAfterResponse(input: InsightInput): Insight[] {
  const firstByteMs = firstByteOf(input);
  const root = input.tree.spans[0];
  if (firstByteMs === undefined || root === undefined) return [];
  const from = root.start + firstByteMs * MILLISECOND;
  const after = callsOfRoot(input).filter(({ start }) => start >= from);
  const end = after.reduce((latest, call) => Math.max(latest, call.end), 0);
  if (after.length === 0 || end - from < MIN_SHARE_AFTER * root.duration) return [];
  return [
    {
      kind: "after-response",
      title: `${after.length} ${after.length === 1 ? "call" : "calls"} ran after the response had begun, until ${formatDuration(nanos(end - from))} later`,
      advice:
        "Nobody waits for it, but it counts as time of the Worker, and it is lost where it takes longer than ctx.waitUntil allows. A queue takes what is long.",
      evidence: after.map(({ position }) => position),
      win: nanos(0),
    },
  ];
}

const rootStart = ({ tree }: InsightInput): number => (tree.spans[0] as Span).start;

/** Milliseconds from the start of the first root; undefined where they are not recorded. */
function firstByteOf({ tree }: InsightInput): number | undefined {
  let found: number | undefined;
  tree.spans[0]?.anyAttribute((key, text) => {
    if (key === TTFB_KEY && text !== "" && Number.isFinite(Number(text))) found = Number(text);
    return found !== undefined;
  });
  return found;
}

const callsOfRoot = ({ tree, calls }: InsightInput) =>
  calls.filter(({ position }) => position < (tree.subtreeEnd[0] ?? 0));

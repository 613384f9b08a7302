// Traces grouped by where they lie in time, for statements that read the spans of some traces: traces far apart are read
// each at its place, which costs a few milliseconds a place, and what lies between them is not looked at.

/** The times at which the spans of a trace start; both inclusive. */
export interface Period {
  lowestUnixNano: bigint;
  lastUnixNano: bigint;
}

export interface Neighbours<Trace extends Period> extends Period {
  traces: readonly Trace[];
}

/** Traces closer than this are read together. */
const NEAR_NANO = 60_000_000_000n;

const MAX_GROUPS = 12;

/** In order of time, at most twelve groups: where there were more, those with the least between them are one. */
export function neighboursAmong<Trace extends Period>(traces: readonly Trace[]): Neighbours<Trace>[] {
  const sorted = traces.toSorted((a, b) => (a.lowestUnixNano < b.lowestUnixNano ? -1 : 1));
  /** Where a group may begin, and how far it is from what precedes it. */
  const gaps: Array<{ at: number; nano: bigint }> = [];
  let last = sorted[0]?.lastUnixNano ?? 0n;
  sorted.forEach(({ lowestUnixNano, lastUnixNano }, at) => {
    const nano = lowestUnixNano - last;
    if (nano > NEAR_NANO) gaps.push({ at, nano });
    if (lastUnixNano > last) last = lastUnixNano;
  });
  gaps.sort((a, b) => (a.nano > b.nano ? -1 : 1));
  const begins = [0, ...gaps.slice(0, MAX_GROUPS - 1).map(({ at }) => at)].sort((a, b) => a - b);
  return begins.map((begin, index) => together(sorted.slice(begin, begins[index + 1])));
}

function together<Trace extends Period>(traces: readonly Trace[]): Neighbours<Trace> {
  const [first] = traces as [Trace];
  let last = first.lastUnixNano;
  for (const { lastUnixNano } of traces) if (lastUnixNano > last) last = lastUnixNano;
  return { lowestUnixNano: first.lowestUnixNano, lastUnixNano: last, traces };
}

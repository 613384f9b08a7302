// The earliest and latest of some times, to narrow a statement to the row groups that can matter.

/** Of at least one time, in nanoseconds; both inclusive. */
export function boundsOf(times: readonly bigint[]): [from: bigint, to: bigint] {
  let from = times[0] as bigint;
  let to = from;
  for (const time of times) {
    if (time < from) from = time;
    else if (time > to) to = time;
  }
  return [from, to];
}

// The whole trace in miniature, as the runs of pixels to fill: as many lines as there is height, each line the bars of a
// few neighbouring rows on top of each other. Linear in spans plus pixels, whatever the spans' lengths.
import { fractionAt } from "./geometry.ts";
import type { Span } from "./model.ts";
import type { TimeRange } from "./time.ts";
import type { Tree } from "./tree.ts";

export interface MinimapRun {
  readonly line: number;
  /** Columns from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  /** An error lies somewhere in the run. */
  readonly isError: boolean;
}

export interface Minimap {
  /** Lines in use: one a span where there are fewer spans than lines. */
  readonly lines: number;
  readonly runs: readonly MinimapRun[];
}

export function minimapOf(tree: Tree, whole: TimeRange, columns: number, maxLines: number): Minimap {
  const count = tree.spans.length;
  const lines = Math.min(maxLines, count);
  // +1 where a bar begins and -1 behind its end: sums along a line say how many bars cover a column.
  const all = new Int32Array(lines * (columns + 1));
  const failed = new Int32Array(lines * (columns + 1));
  tree.spans.forEach((span, position) => {
    const line = Math.floor((position * lines) / count);
    const [from, to] = columnsOf(span, whole, columns);
    const into = span.status === "error" ? failed : all;
    const at = line * (columns + 1);
    into[at + from] = (into[at + from] as number) + 1;
    into[at + to] = (into[at + to] as number) - 1;
  });
  const runs: MinimapRun[] = [];
  for (let line = 0; line < lines; line++) runsOfLine(line, columns, all, failed, runs);
  return { lines, runs };
}

/** At least one column, inside the map. */
function columnsOf(span: Span, whole: TimeRange, columns: number): [from: number, to: number] {
  const from = Math.floor(fractionAt(span.start, whole) * columns);
  const start = Math.max(0, Math.min(columns - 1, from));
  const end = Math.ceil(((span.start + span.duration - whole.start) / (whole.end - whole.start)) * columns);
  return [start, Math.max(start + 1, Math.min(columns, end))];
}

function runsOfLine(
  line: number,
  columns: number,
  all: Int32Array,
  failed: Int32Array,
  runs: MinimapRun[],
): void {
  const at = line * (columns + 1);
  let bars = 0;
  let errors = 0;
  let from = 0;
  let kind = 0;
  for (let column = 0; column <= columns; column++) {
    bars += all[at + column] as number;
    errors += failed[at + column] as number;
    const next = column === columns ? 0 : errors > 0 ? 2 : bars > 0 ? 1 : 0;
    if (next === kind) continue;
    if (kind > 0) runs.push({ line, from, to: column, isError: kind === 2 });
    from = column;
    kind = next;
  }
}

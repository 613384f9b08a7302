// Where things lie on the time axis, in fractions of its width and in pixels. The only place that maps time to space.
import { type Nanos, nanos, type Pixels, pixels, type TimeRange } from "./time.ts";

/** Fractions of the axis' width; may lie outside 0…1 when the range is a part of the trace. */
export interface Box {
  readonly left: number;
  readonly width: number;
}

/** The whole of a trace. A trace of no length gets a nanosecond, so that nothing divides by zero. */
export const wholeRange = (duration: Nanos): TimeRange => ({
  start: nanos(0),
  end: nanos(Math.max(duration, 1)),
});

export const fractionAt = (time: Nanos, { start, end }: TimeRange): number => (time - start) / (end - start);

export function boxOf(start: Nanos, duration: Nanos, range: TimeRange): Box {
  return { left: fractionAt(start, range), width: duration / (range.end - range.start) };
}

export type LabelSide = "inside" | "right" | "left";

/** A bar is never thinner than this, or a span of 0 ns could not be seen or clicked. */
export const MIN_BAR = pixels(3);
const LABEL_GAP = pixels(8);

/**
 * Where a bar's label goes: inside where it fits, else right of the bar, else left of it. Where none has room it goes to
 * the widest and is cut there.
 */
export function labelSide(box: Box, axis: Pixels, label: Pixels): LabelSide {
  const left = Math.max(0, box.left * axis);
  const right = Math.min(axis, Math.max(left + MIN_BAR, (box.left + box.width) * axis));
  const needed = label + 2 * LABEL_GAP;
  if (right - left >= needed) return "inside";
  if (axis - right >= needed) return "right";
  if (left >= needed) return "left";
  if (right - left >= Math.max(left, axis - right)) return "inside";
  return axis - right >= left ? "right" : "left";
}

/** How far marks must be apart to be drawn one by one: as a fraction of the axis, and so that they can be told apart. */
const MARKER_GAP = 0.002;
const MARKER_GAP_PX = 7;

export const markerGap = (axis: Pixels): number => Math.max(MARKER_GAP, MARKER_GAP_PX / Math.max(axis, 1));

export interface MarkerGroup<Item> {
  /** Fraction of the axis at the first of them. */
  readonly left: number;
  readonly items: readonly Item[];
}

/**
 * Marks closer than `gap`, a fraction of the axis, to the first of a group join it, so that a loop that logs a thousand
 * lines does not draw a thousand marks. Keeps the order it is given; times must not decrease.
 */
export function groupMarkers<Item extends { readonly time: Nanos }>(
  items: readonly Item[],
  range: TimeRange,
  gap: number,
): MarkerGroup<Item>[] {
  const groups: { left: number; items: Item[] }[] = [];
  for (const item of items) {
    const left = fractionAt(item.time, range);
    const open = groups.at(-1);
    if (open !== undefined && left - open.left < gap) open.items.push(item);
    else groups.push({ left, items: [item] });
  }
  return groups;
}

/**
 * The parts of the range that the stretches cover, as boxes; those closer than `gap`, a fraction of the axis, are one.
 * @param stretches in order of time, none overlapping another
 */
export function coveredBoxes(stretches: readonly TimeRange[], range: TimeRange, gap: number): Box[] {
  const boxes: { left: number; width: number }[] = [];
  for (const { start, end } of stretches) {
    if (end < range.start) continue;
    if (start > range.end) break;
    const left = Math.max(0, fractionAt(start, range));
    const right = Math.min(1, fractionAt(end, range));
    const last = boxes.at(-1);
    if (last !== undefined && left - (last.left + last.width) < gap) last.width = right - last.left;
    else boxes.push({ left, width: right - left });
  }
  return boxes;
}

const INDENT = pixels(14);
const MAX_INDENT_LEVELS = 24;

/**
 * How many levels a tree of this width indents: at most half of it, so that names stay legible. Deeper rows are not
 * indented further; their level is written out instead.
 */
export const indentLevels = (tree: Pixels): number =>
  Math.min(MAX_INDENT_LEVELS, Math.floor(tree / 2 / INDENT));

export const indentOf = (depth: number, levels: number): Pixels => pixels(Math.min(depth, levels) * INDENT);

// Traces counted by when they began and how long they took: the geometry of a heatmap, time across and duration upwards
// on a logarithmic axis. Pure; heatmap.tsx draws it.
import type { TraceHeatmapResponse } from "@enterspan/backend/contract";
import { type Nanos, nanos } from "../trace/time.ts";
import type { Bucket, Period } from "./period.ts";

export type Cell = TraceHeatmapResponse["cells"][number];

export interface Heat extends TraceHeatmapResponse {
  readonly period: Period;
}

/** Durations from one to below the other, in whole nanoseconds. */
export interface Took {
  readonly from: number;
  readonly to: number;
}

/** Of durations that are drawn, a row for each, `high` inclusive. */
export interface Levels {
  readonly low: number;
  readonly high: number;
  /** The lowest row stands for whatever was shorter than the one above it. */
  readonly isOpen: boolean;
}

/** As of the address and the server: `1000000-5000000`. Undefined for what is none. */
export function tookOf(text: string | undefined): Took | undefined {
  const [, from, to] = /^(\d{1,18})-(\d{1,18})$/.exec(text ?? "") ?? [];
  return from !== undefined && Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : undefined;
}

/** Where a level begins: the least whole duration that is in it. What has no length at all is in level 0. */
export const leastOf = (level: number, perDecade: number): Nanos =>
  nanos(level <= 0 ? 0 : Math.ceil(Number((10 ** (level / perDecade)).toPrecision(15))));

export const tookText = ({ from, to }: Took): string => `${from}-${to}`;

/** Where nothing has a length: one to ten milliseconds. */
const USUAL_DECADE = 6;

/**
 * Whole decades around all cells, one at least: so that they do not jump with every trace that comes. workerd's clock
 * counts milliseconds, and what took less took none: such traces have one row below the others, where a row for each
 * level would push all that was measured together at the top.
 */
export function levelsOf({ cells, levelsPerDecade }: Pick<Heat, "cells" | "levelsPerDecade">): Levels {
  const measured = cells.filter(({ level }) => level > 0).map(({ level }) => level / levelsPerDecade);
  const isOpen = measured.length < cells.length;
  if (measured.length === 0) measured.push(USUAL_DECADE);
  const low = Math.floor(Math.min(...measured)) * levelsPerDecade;
  const high = (Math.floor(Math.max(...measured)) + 1) * levelsPerDecade - 1;
  return { low: isOpen ? low - 1 : low, high, isOpen };
}

/** From the lower row to the higher, both inclusive. */
export function tookOfRows(low: number, high: number, levels: Levels, perDecade: number): Took {
  const from = levels.isOpen && low === levels.low ? 0 : leastOf(low, perDecade);
  return { from, to: leastOf(high + 1, perDecade) };
}

/** The level of the row that a cell is drawn in. */
export const rowOf = ({ level }: Cell, { low }: Levels): number => Math.max(level, low);

export interface Box {
  readonly left: number;
  readonly width: number;
  readonly bottom: number;
  readonly height: number;
}

/** Fractions of the drawing. The first and the last bucket may reach out of the period: they are cut. */
export function boxOfCell(cell: Cell, { period, bucketMs }: Heat, levels: Levels): Box {
  const length = period.toMs - period.fromMs;
  const left = Math.max(0, (cell.startMs - period.fromMs) / length);
  const right = Math.min(1, (cell.startMs + bucketMs - period.fromMs) / length);
  const height = 1 / (levels.high - levels.low + 1);
  return {
    left,
    width: Math.max(0, right - left),
    bottom: (rowOf(cell, levels) - levels.low) * height,
    height,
  };
}

/** Steps of darkness, 1 to `STEPS`: by the logarithm, so that one trace among thousands is seen. */
const STEPS = 5;
export const stepOf = (count: number, most: number): number =>
  most <= 1 ? 3 : 1 + Math.round((Math.log(count) / Math.log(most)) * (STEPS - 1));

/** How many there were when, of those that took so long. */
export function bucketsOf({ cells, levelsPerDecade }: Heat, took: Took | undefined): Bucket[] {
  const buckets = new Map<number, { startMs: number; count: number; errors: number }>();
  for (const { startMs, level, count, errors } of cells) {
    const least = leastOf(level, levelsPerDecade);
    if (took !== undefined && (least < took.from || least >= took.to)) continue;
    const bucket = buckets.get(startMs) ?? { startMs, count: 0, errors: 0 };
    bucket.count += count;
    bucket.errors += errors;
    buckets.set(startMs, bucket);
  }
  return [...buckets.values()].sort((a, b) => a.startMs - b.startMs);
}

/** A place in the drawing: which bucket, from the first of the period, and the level of which row. */
export interface Place {
  readonly column: number;
  readonly level: number;
}

const firstStart = ({ period, bucketMs }: Heat): number => Math.floor(period.fromMs / bucketMs) * bucketMs;

export const columnsOf = (heat: Heat): number =>
  Math.max(1, Math.ceil((heat.period.toMs - firstStart(heat)) / heat.bucketMs));

/** Where a point of the drawing is, given as fractions from its left and its bottom. */
export function placeAt(x: number, y: number, heat: Heat, { low, high }: Levels): Place {
  const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
  const ms = heat.period.fromMs + within(x, 0, 1) * (heat.period.toMs - heat.period.fromMs);
  return {
    column: within(Math.floor((ms - firstStart(heat)) / heat.bucketMs), 0, columnsOf(heat) - 1),
    level: within(low + Math.floor(y * (high - low + 1)), low, high),
  };
}

export interface Area {
  readonly period: Period;
  readonly took: Took;
  /** Rows, `high` inclusive. */
  readonly rows: Pick<Levels, "low" | "high">;
  readonly count: number;
  readonly errors: number;
}

/** The rectangle between two places, both inclusive. */
export function areaBetween(a: Place, b: Place, heat: Heat, levels: Levels): Area {
  const first = firstStart(heat);
  const [left, right] = [Math.min(a.column, b.column), Math.max(a.column, b.column)];
  const rows = { low: Math.min(a.level, b.level), high: Math.max(a.level, b.level) };
  const period = {
    fromMs: Math.max(heat.period.fromMs, first + left * heat.bucketMs),
    toMs: Math.min(heat.period.toMs, first + (right + 1) * heat.bucketMs),
  };
  const inside = heat.cells.filter(
    (cell) =>
      rowOf(cell, levels) >= rows.low &&
      rowOf(cell, levels) <= rows.high &&
      cell.startMs >= first + left * heat.bucketMs &&
      cell.startMs <= first + right * heat.bucketMs,
  );
  return {
    period,
    took: tookOfRows(rows.low, rows.high, levels, heat.levelsPerDecade),
    rows,
    count: inside.reduce((sum, { count }) => sum + count, 0),
    errors: inside.reduce((sum, { errors }) => sum + errors, 0),
  };
}

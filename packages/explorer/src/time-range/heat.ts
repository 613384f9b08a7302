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

/** Of durations that are drawn, `high` inclusive. */
export interface Levels {
  readonly low: number;
  readonly high: number;
}

/** As of the address and the server: `1000000-5000000`. Undefined for what is none. */
export function tookOf(text: string | undefined): Took | undefined {
  const [, from, to] = /^(\d{1,18})-(\d{1,18})$/.exec(text ?? "") ?? [];
  return from !== undefined && Number(from) < Number(to) ? { from: Number(from), to: Number(to) } : undefined;
}

/** Where a level begins: the least whole duration that is in it. */
export const leastOf = (level: number, perDecade: number): Nanos =>
  nanos(Math.ceil(Number((10 ** (level / perDecade)).toPrecision(15))));

export const tookText = ({ low, high }: Levels, perDecade: number): string =>
  `${leastOf(low, perDecade)}-${leastOf(high + 1, perDecade)}`;

/** Whole decades around all cells, one at least: so that they do not jump with every trace that comes. */
export function levelsOf({ cells, levelsPerDecade }: Pick<Heat, "cells" | "levelsPerDecade">): Levels {
  const levels = cells.map(({ level }) => level);
  const low = Math.floor(Math.min(...levels) / levelsPerDecade) * levelsPerDecade;
  const high = (Math.floor(Math.max(...levels) / levelsPerDecade) + 1) * levelsPerDecade - 1;
  return cells.length === 0 ? { low: 6 * levelsPerDecade, high: 7 * levelsPerDecade - 1 } : { low, high };
}

export interface Box {
  readonly left: number;
  readonly width: number;
  readonly bottom: number;
  readonly height: number;
}

/** Fractions of the drawing. The first and the last bucket may reach out of the period: they are cut. */
export function boxOfCell({ startMs, level }: Cell, { period, bucketMs }: Heat, { low, high }: Levels): Box {
  const length = period.toMs - period.fromMs;
  const left = Math.max(0, (startMs - period.fromMs) / length);
  const right = Math.min(1, (startMs + bucketMs - period.fromMs) / length);
  const height = 1 / (high - low + 1);
  return { left, width: Math.max(0, right - left), bottom: (level - low) * height, height };
}

/** Steps of darkness, 1 to `STEPS`: by the logarithm, so that one trace among thousands is seen. */
export const STEPS = 5;
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

/** A place in the drawing: which bucket, from the first of the period, and which level. */
export interface Place {
  readonly column: number;
  readonly level: number;
}

export const firstStart = ({ period, bucketMs }: Heat): number =>
  Math.floor(period.fromMs / bucketMs) * bucketMs;

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
  readonly levels: Levels;
  readonly count: number;
  readonly errors: number;
}

/** The rectangle between two places, both inclusive. */
export function areaBetween(a: Place, b: Place, heat: Heat): Area {
  const first = firstStart(heat);
  const [left, right] = [Math.min(a.column, b.column), Math.max(a.column, b.column)];
  const levels = { low: Math.min(a.level, b.level), high: Math.max(a.level, b.level) };
  const period = {
    fromMs: Math.max(heat.period.fromMs, first + left * heat.bucketMs),
    toMs: Math.min(heat.period.toMs, first + (right + 1) * heat.bucketMs),
  };
  const inside = heat.cells.filter(
    ({ startMs, level }) =>
      level >= levels.low &&
      level <= levels.high &&
      startMs >= first + left * heat.bucketMs &&
      startMs <= first + right * heat.bucketMs,
  );
  return {
    period,
    levels,
    count: inside.reduce((sum, { count }) => sum + count, 0),
    errors: inside.reduce((sum, { errors }) => sum + errors, 0),
  };
}

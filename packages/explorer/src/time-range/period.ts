// Which stretch of time a page is about: the last so much of it, from one moment to another, or any. In ms since 1970,
// as the address and the telemetry API have it.
import type { TimeSearch } from "../addresses.ts";
import type { UnixNanos } from "../trace/time.ts";

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;

/** What can be chosen by name, by its text in the address. */
export const LASTS: ReadonlyMap<string, { readonly name: string; readonly ms: number }> = new Map([
  ["5m", { name: "Last 5 minutes", ms: 5 * MINUTE_MS }],
  ["1h", { name: "Last hour", ms: 60 * MINUTE_MS }],
  ["6h", { name: "Last 6 hours", ms: 6 * 60 * MINUTE_MS }],
  ["24h", { name: "Last 24 hours", ms: 24 * 60 * MINUTE_MS }],
  ["7d", { name: "Last 7 days", ms: 7 * 24 * 60 * MINUTE_MS }],
  ["30d", { name: "Last 30 days", ms: 30 * 24 * 60 * MINUTE_MS }],
]);

/** Dates that JavaScript can write; the server cuts what it cannot store. */
const MAX_MS = 8.64e15;

/** Undefined for any time, and for what is no period. */
export function periodOf({ last, from, to }: TimeSearch, nowMs: number): Period | undefined {
  const length = LASTS.get(last ?? "")?.ms;
  if (length !== undefined) return { fromMs: nowMs - length, toMs: nowMs };
  const [fromMs, toMs] = [Number(from ?? Number.NaN), Number(to ?? Number.NaN)];
  return fromMs >= 0 && fromMs < toMs && toMs <= MAX_MS ? { fromMs, toMs } : undefined;
}

/** Without an end it goes on: to now, whenever that is. */
export interface OpenPeriod {
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** Idle for longer than this share of its time, a list would be pressed together at the left of a picture. */
const IDLE_SHARE = 0.25;
/** So that the newest is not at the very edge. */
const MARGIN_SHARE = 0.01;

/** Where a list lies in time: up to now, or where its newest came long ago, up to that. Undefined for an empty one. */
export function periodOfList(
  oldest: UnixNanos | undefined,
  newest: UnixNanos | undefined,
  nowMs: number,
): OpenPeriod | undefined {
  if (oldest === undefined || newest === undefined) return undefined;
  const [fromMs, lastMs] = [Number(oldest / 1_000_000n), Number(newest / 1_000_000n)];
  const length = Math.max(1_000, lastMs - fromMs);
  const isIdle = nowMs - lastMs > IDLE_SHARE * length;
  return { fromMs, toMs: isIdle ? lastMs + Math.ceil(MARGIN_SHARE * length) : undefined };
}

/** What is counted over: what the address names, or else where the list lies. */
export const countedPeriod = (
  search: TimeSearch,
  list: OpenPeriod | undefined,
  nowMs: number,
): Period | undefined =>
  periodOf(search, nowMs) ?? (list && { fromMs: list.fromMs, toMs: list.toMs ?? nowMs });

/** The period as the address has it: whole milliseconds, at least one. */
export function searchOf({ fromMs, toMs }: Period): TimeSearch {
  const from = Math.max(0, Math.floor(fromMs));
  return { last: undefined, from: String(from), to: String(Math.max(from + 1, Math.ceil(toMs))) };
}

/** As long as before, earlier or later by the share of it. */
export function shifted({ fromMs, toMs }: Period, share: number): Period {
  const by = Math.max(share * (toMs - fromMs), -fromMs);
  return { fromMs: fromMs + by, toMs: toMs + by };
}

export interface Bucket {
  readonly startMs: number;
  readonly count: number;
  readonly errors: number;
}

/** How long each bucket is when the server divides a period into so many: buckets begin at multiples of it. */
export const bucketMsOf = ({ fromMs, toMs }: Period, buckets: number): number =>
  Math.max(1, Math.ceil((toMs - fromMs) / buckets));

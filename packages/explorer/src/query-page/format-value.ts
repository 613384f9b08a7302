// A number of a query as text: durations with their unit, others with three or four digits.
import { formatDuration } from "../trace/duration.ts";
import { nanos } from "../trace/time.ts";
import type { Visualisation } from "./query.ts";

/** The telemetry API gives durations in milliseconds. */
const MS_KEY = /(^|[._$])duration$|_ms$|TimeMs$/i;
const short = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 4 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
const COMPACT_FROM = 1e6;

export function formatValue({ operator, key }: Visualisation, value: number | undefined): string {
  if (value === undefined) return "–";
  const isCounted = operator === "count" || operator === "uniq" || operator === "variance";
  if (!isCounted && MS_KEY.test(key)) return formatDuration(nanos(value * 1e6));
  return (Math.abs(value) >= COMPACT_FROM ? compact : short).format(value);
}

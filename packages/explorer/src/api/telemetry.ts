// Queries in the words of Cloudflare's telemetry API, which the server speaks.
import type { EventsResult, TelemetryEvent } from "@enterspan/backend/contract";
import type { Period } from "../time-range/period.ts";
import { post } from "./request.ts";

const TELEMETRY = "/client/v4/accounts/local/workers/observability/telemetry";

export interface TelemetryFilter {
  readonly key: string;
  readonly operation: string;
  readonly type: "string" | "number" | "boolean";
  readonly value?: string | number | boolean;
}

export interface EventsQuery {
  readonly period: Period;
  readonly filters: readonly TelemetryFilter[];
  /** Text to find in any field. */
  readonly text?: string | undefined;
  readonly limit: number;
  /** `$metadata.id` of the last event of the page before. */
  readonly after?: string | undefined;
  /** Into how many stretches the period is divided to be counted in. */
  readonly buckets?: number;
}

interface Answer {
  readonly result: { readonly events?: EventsResult };
}

export async function queryEvents(query: EventsQuery, signal: AbortSignal): Promise<EventsResult> {
  const { period, filters, text, limit, after, buckets } = query;
  const { result } = await post<Answer>(
    `${TELEMETRY}/query`,
    {
      queryId: "explorer",
      view: "events",
      timeframe: { from: period.fromMs, to: period.toMs },
      limit,
      ...(after !== undefined && { offset: after }),
      ...(buckets === undefined ? { ignoreSeries: true } : { granularity: buckets }),
      parameters: { filters, ...(text && { needle: { value: text } }) },
    },
    signal,
  );
  return result.events ?? { count: 0, events: [], fields: [] };
}

/** Root spans, each of which stands for a trace, and logs. */
export const ONLY_ROOTS: readonly TelemetryFilter[] = [
  { key: "$metadata.type", operation: "eq", type: "string", value: "cf-worker-span" },
  { key: "$metadata.parentSpanId", operation: "is_null", type: "string" },
];
export const ONLY_LOGS: readonly TelemetryFilter[] = [
  { key: "$metadata.type", operation: "eq", type: "string", value: "cf-worker-log" },
];

export type { EventsResult, TelemetryEvent };

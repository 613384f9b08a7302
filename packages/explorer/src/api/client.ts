// The requests for traces. Answers leave here decoded.
import type {
  SearchCompletionResponse,
  ServicesResponse,
  TraceHeatmapResponse,
  TraceListResponse,
} from "@enterspan/backend/contract";
import type { Period } from "../time-range/period.ts";
import type { Trace } from "../trace/model.ts";
import type { Sort } from "../traces/sort.ts";
import { decodeTraceList, type TraceRow } from "./decode-summary.ts";
import { TraceDecoder } from "./decode-trace.ts";
import { tooLarge, unreachable } from "./failure.ts";
import { decoding, get, request } from "./request.ts";

/** Which traces are meant: those that fulfil all of it. */
export interface TraceSelection {
  readonly service?: string | undefined;
  /** In the search language, docs/search.md. */
  readonly search?: string | undefined;
  /** "1": they hold a span that failed. */
  readonly errors?: string | undefined;
  /** How long their roots took, `<ns>-<ns>`. */
  readonly took?: string | undefined;
}

export interface TraceListQuery extends TraceSelection {
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only traces that come after this one in the list. */
  readonly before?: Pick<TraceRow, "startUnixNano" | "traceId"> | undefined;
}

const selecting = ({ service, search, errors, took }: TraceSelection): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ service, search: search?.trim(), errors, took }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
    ),
  );

export async function fetchTraces(query: TraceListQuery, signal: AbortSignal): Promise<TraceRow[]> {
  const { limit, before } = query;
  return listOf(
    {
      limit: String(limit),
      ...(before && { before: `${before.startUnixNano}-${before.traceId}` }),
      ...selecting(query),
    },
    signal,
  );
}

/** Those that have most of it among all that began in the period, most first. */
export const fetchTopTraces = (
  {
    limit,
    sort,
    period,
    ...selection
  }: TraceSelection & {
    readonly limit: number;
    readonly sort: Sort;
    readonly period: Period | undefined;
  },
  signal: AbortSignal,
): Promise<TraceRow[]> =>
  listOf(
    {
      limit: String(limit),
      sort,
      ...(period && { from: String(period.fromMs), to: String(period.toMs) }),
      ...selecting(selection),
    },
    signal,
  );

/** All that began in the period, counted in so many parts of it. */
export const fetchHeatmap = (
  period: Period,
  buckets: number,
  selection: TraceSelection,
  signal: AbortSignal,
): Promise<TraceHeatmapResponse> =>
  get(
    `/api/traces/heatmap?${new URLSearchParams({
      from: String(period.fromMs),
      to: String(period.toMs),
      buckets: String(buckets),
      ...selecting(selection),
    })}`,
    signal,
  );

async function listOf(parameters: Record<string, string>, signal: AbortSignal): Promise<TraceRow[]> {
  const body = await get<TraceListResponse>(`/api/traces?${new URLSearchParams(parameters)}`, signal);
  return decoding("list of traces", () => decodeTraceList(body));
}

/** Some 500,000 spans: with more the page would take longer, and more memory, than it is worth. */
const MAX_TRACE_BYTES = 400_000_000;

export async function fetchTrace(traceId: string, signal: AbortSignal): Promise<Trace> {
  const path = `/api/traces/${encodeURIComponent(traceId)}`;
  const response = await request(path, signal);
  const size = Number(response.headers.get("content-length"));
  if (size > MAX_TRACE_BYTES) {
    await response.body?.cancel();
    throw tooLarge(path);
  }
  const decoder = new TraceDecoder(size);
  // What has come is decoded while the rest is on its way.
  const reader = response.body?.getReader();
  for (let length = 0; ; ) {
    const next = await reader?.read().catch((cause: unknown) => {
      throw signal.aborted ? cause : unreachable(cause);
    });
    const chunk = next?.value;
    if (chunk === undefined) break;
    length += chunk.length;
    if (length > MAX_TRACE_BYTES) {
      await reader?.cancel();
      throw tooLarge(path);
    }
    decoding("trace", () => decoder.push(chunk));
  }
  return decoding("trace", () => decoder.end());
}

/** Names of all services that have stored anything, in alphabetical order. */
export async function fetchServices(signal: AbortSignal): Promise<string[]> {
  const body = await get<ServicesResponse>("/api/services", signal);
  return decoding("list of services", () => body.services.map(({ name }) => name).sort());
}

/** What may stand at the cursor of a search that is being typed. */
export const fetchCompletion = (
  text: string,
  cursor: number,
  signal: AbortSignal,
): Promise<SearchCompletionResponse> =>
  get(`/api/search/complete?${new URLSearchParams({ text, cursor: String(cursor) })}`, signal);

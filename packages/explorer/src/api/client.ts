// The requests for traces. Answers leave here decoded.
import type {
  SearchCompletionResponse,
  ServicesResponse,
  TraceListResponse,
} from "@enterspan/backend/contract";
import type { Trace } from "../trace/model.ts";
import { decodeTraceList, type TraceRow } from "./decode-summary.ts";
import { decodeTrace } from "./decode-trace.ts";
import { tooLarge, unreachable } from "./failure.ts";
import { decoding, get, request } from "./request.ts";

export interface TraceListQuery {
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only traces that come after this one in the list. */
  readonly before?: Pick<TraceRow, "startUnixNano" | "traceId"> | undefined;
  readonly service?: string | undefined;
  /** In the search language, docs/search.md. */
  readonly search?: string | undefined;
}

export async function fetchTraces(query: TraceListQuery, signal: AbortSignal): Promise<TraceRow[]> {
  const parameters = new URLSearchParams({ limit: String(query.limit) });
  if (query.before !== undefined) {
    parameters.set("before", `${query.before.startUnixNano}-${query.before.traceId}`);
  }
  if (query.service !== undefined) parameters.set("service", query.service);
  if (query.search) parameters.set("search", query.search);
  const body = await get<TraceListResponse>(`/api/traces?${parameters}`, signal);
  return decoding("list of traces", () => decodeTraceList(body));
}

/** Some 500,000 spans: with more the page would take longer, and more memory, than it is worth. */
const MAX_TRACE_BYTES = 400_000_000;

export async function fetchTrace(traceId: string, signal: AbortSignal): Promise<Trace> {
  const path = `/api/traces/${encodeURIComponent(traceId)}`;
  const response = await request(path, signal);
  if (Number(response.headers.get("content-length")) > MAX_TRACE_BYTES) {
    await response.body?.cancel();
    throw tooLarge(path);
  }
  const body = await response.arrayBuffer().catch((cause: unknown) => {
    throw signal.aborted ? cause : unreachable(cause);
  });
  return decoding("trace", () => decodeTrace(new Uint8Array(body)));
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

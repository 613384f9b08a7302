// The requests the page makes. Answers leave here decoded, errors as Failures.
import type { ApiError, ServicesResponse, TraceListResponse } from "@enterspan/backend/contract";
import type { Trace } from "../trace/model.ts";
import { decodeTraceList, type TraceRow } from "./decode-summary.ts";
import { decodeTrace } from "./decode-trace.ts";
import { Failure, notUnderstood, tooLarge, unreachable } from "./failure.ts";

export interface TraceListQuery {
  /** At most this many, newest first. */
  readonly limit: number;
  /** Only traces that come after this one in the list. */
  readonly before?: Pick<TraceRow, "startUnixNano" | "traceId"> | undefined;
  readonly service?: string | undefined;
}

export async function fetchTraces(query: TraceListQuery, signal: AbortSignal): Promise<TraceRow[]> {
  const parameters = new URLSearchParams({ limit: String(query.limit) });
  if (query.before !== undefined) {
    parameters.set("before", `${query.before.startUnixNano}-${query.before.traceId}`);
  }
  if (query.service !== undefined) parameters.set("service", query.service);
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

async function get<Body>(path: string, signal: AbortSignal): Promise<Body> {
  const response = await request(path, signal);
  return response.json().catch((cause: unknown) => {
    throw signal.aborted ? cause : notUnderstood("it is not JSON", cause);
  });
}

/** An answer that is a success; everything else is thrown as a Failure. */
async function request(path: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(path, { signal, headers: { accept: "application/json" } }).catch(
    (cause: unknown) => {
      throw signal.aborted ? cause : unreachable(cause);
    },
  );
  if (response.status === 401) logIn();
  if (!response.ok) throw await refusal(response);
  return response;
}

/** Goes where the server asks for a token, and from there back to what is shown now. */
function logIn(): void {
  const { pathname, search, hash } = location;
  location.assign(`/login?to=${encodeURIComponent(pathname + search + hash)}`);
}

/** The server's own words where it said something, else its status. */
async function refusal(response: Response): Promise<Failure> {
  const body = (await response.json().catch(() => undefined)) as Partial<ApiError> | undefined;
  const code = body?.error?.code ?? `http_${response.status}`;
  const message = body?.error?.message ?? `The server answered ${response.status} ${response.statusText}.`;
  const isPassing = response.status >= 500;
  const remedy = isPassing ? "The server's own log says more. This page tries again by itself." : "";
  return new Failure({ code, message, remedy, isPassing });
}

function decoding<Model>(what: string, decode: () => Model): Model {
  try {
    return decode();
  } catch (cause) {
    throw notUnderstood(what, cause);
  }
}

// The calls between services, as the server counted them.
import type { ServiceMapResponse } from "@enterspan/backend/contract";
import { decoding, get } from "../api/request.ts";
import type { Period } from "../time-range/period.ts";
import { type Nanos, nanos } from "../trace/time.ts";

export interface ServiceCall {
  /** "" for what came from outside. */
  readonly caller: string;
  readonly callee: string;
  readonly count: number;
  readonly errors: number;
  readonly p50: Nanos;
  readonly p95: Nanos;
}

export async function fetchServiceCalls(
  { fromMs, toMs }: Period,
  signal: AbortSignal,
): Promise<ServiceCall[]> {
  const path = `/api/services/map?${new URLSearchParams({ from: String(fromMs), to: String(toMs) })}`;
  const body = await get<ServiceMapResponse>(path, signal);
  return decoding("service map", () =>
    body.calls.map(({ caller, callee, count, errors, p50Nano, p95Nano }) => ({
      caller,
      callee,
      count,
      errors,
      p50: nanos(Number(p50Nano)),
      p95: nanos(Number(p95Nano)),
    })),
  );
}

export const shownService = (service: string): string => (service.trim() === "" ? "(no name)" : service);

/** `3.2 %`, `<0.1 %`, `0 %`. */
export function errorShare({ count, errors }: Pick<ServiceCall, "count" | "errors">): string {
  const percent = (errors / Math.max(1, count)) * 100;
  if (errors === 0) return "0 %";
  return percent < 0.1 ? "<0.1 %" : `${Number(percent.toFixed(1))} %`;
}

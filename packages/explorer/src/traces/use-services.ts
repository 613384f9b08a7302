// The services one can choose from: all the server knows, and those of traces that have come since it was asked.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { fetchServices } from "../api/client.ts";
import type { TraceRow } from "../api/decode-summary.ts";
import { servicesOf } from "./filter.ts";

/** Without the server's answer the choice is among what is loaded: the list's own state says that it is away. */
export function useServices(rows: readonly TraceRow[] | undefined): readonly string[] {
  const { data } = useQuery({ queryKey: ["services"], queryFn: ({ signal }) => fetchServices(signal) });
  return useMemo(() => [...new Set([...(data ?? []), ...servicesOf(rows ?? [])])].sort(), [data, rows]);
}

// The traces that the page is measured with, one of each size, by whose number of spans they are called.
import type { TraceResponse } from "@enterspan/backend/contract";
import { large } from "../../packages/explorer/scripts/fixture/traces.ts";

export const idOf = (spans: number): string => String(spans).padStart(32, "0");

export const traceOf = (spans: number, startUnixNano: bigint): TraceResponse =>
  large(idOf(spans), startUnixNano, spans);

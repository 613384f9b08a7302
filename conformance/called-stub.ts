// A deviation of every case that calls a function which came over RPC: the caller has no span of that call.
import type { SpanDeviation } from "./case.ts";

export const CALLED_STUB: SpanDeviation = {
  span: "jsRpcCall > jsRpcCall",
  where: { "jsrpc.method": "(this)", "jsrpc.target_kind": "stub" },
  because: "a stub that is itself called: only another object in its place could see that",
  absent: {},
};

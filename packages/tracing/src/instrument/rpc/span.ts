// The span of one call over RPC, on either side.
import { CLIENT, INTERNAL } from "../../span-record.ts";
import type { PlainOperation } from "../operation.ts";
import type { RpcOperation } from "./path.ts";

/** Caller's side: a binding, a stub, a promise of one. Callee's side: a class that is exported, what it has lent. */
export type TargetKind = "fetcher" | "stub" | "promise" | "entrypoint" | "transient";

export const RPC_CALL = "jsRpcCall";

export function describeRpc(
  method: string,
  operation: RpcOperation,
  target: TargetKind,
  callerSpanId?: string,
): PlainOperation {
  return {
    name: RPC_CALL,
    kind: target === "entrypoint" ? INTERNAL : CLIENT,
    attributes() {
      return {
        "cloudflare.jsrpc.method": method,
        "jsrpc.operation": operation,
        "jsrpc.target_kind": target,
        "jsrpc.caller_span_id": callerSpanId,
      };
    },
  };
}

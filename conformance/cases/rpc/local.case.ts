import { CALLED_STUB } from "../../called-stub.ts";
import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const failed = fails("jsRpcCall", { type: "RangeError", message: "failed" });

export default {
  bindings: { services: { SERVICE: "Caller" } },
  invocations: 2,
  beyond: [
    { ...failed, where: { "jsrpc.method": "fail", "jsrpc.target_kind": "stub" } },
    // The target's own.
    { ...failed, where: { "jsrpc.method": "fail", "jsrpc.target_kind": "transient" }, attributes: {} },
    { ...CALLED_STUB, span: "function > jsRpcCall" },
  ],
} satisfies Declaration;

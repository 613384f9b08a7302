import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const failed = fails("jsRpcCall", { type: "RangeError", message: "failed" });

export default {
  bindings: { services: { SERVICE: "Caller" } },
  invocations: 2,
  beyond: [
    // Where the target is called, and the target's own.
    { ...failed, where: { "jsrpc.method": "fail", "jsrpc.target_kind": "stub" } },
    {
      ...failed,
      where: { "jsrpc.method": "fail", "jsrpc.target_kind": "transient" },
      attributes: {},
    },
  ],
} satisfies Declaration;

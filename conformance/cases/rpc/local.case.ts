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
    {
      span: "function > jsRpcCall",
      because: "a stub that is itself called: only another object in its place could see that",
      absent: {},
    },
  ],
} satisfies Declaration;

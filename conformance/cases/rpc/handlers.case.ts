import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  bindings: { services: { SERVICE: "default" } },
  invocations: 2,
  beyond: [
    {
      span: `jsRpcCall > ${INVOCATION}`,
      because: "docs/decisions/0008-rpc.md: the runtime counts arguments there, so no context can be sent",
      alone: true,
    },
    {
      span: `${INVOCATION} > jsRpcCall`,
      because: "no context, no caller",
      attributes: { "jsrpc.caller_span_id": null },
    },
  ],
} satisfies Declaration;

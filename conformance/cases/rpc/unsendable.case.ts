import type { Declaration } from "../../case.ts";
import { failsCall } from "../../failing-rpc.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  bindings: { services: { SERVICE: "Taking" } },
  invocations: 2,
  beyond: [
    {
      span: `jsRpcCall > ${INVOCATION}`,
      because:
        "the runtime has begun an event for a call that is not made; nothing of the program's runs there",
      absent: {},
    },
    ...failsCall("unsendable", "takes", {
      type: "DataCloneError",
      message: "Symbol(s) could not be cloned.",
    }),
  ],
} satisfies Declaration;

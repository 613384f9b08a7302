import type { Declaration, SpanDeviation } from "../../case.ts";
import { failsCall } from "../../failing-rpc.ts";

const because = "the runtime refuses the call, and nothing of the program runs where we could see it";

export default {
  bindings: { services: { SERVICE: "Refusing" } },
  invocations: 4,
  beyond: [
    { span: "jsRpcCall > (invocation)", because, absent: {} } satisfies SpanDeviation,
    ...failsCall("not there", "missing", {
      type: "TypeError",
      message: 'The RPC receiver does not implement the method "missing".',
    }),
    ...failsCall("no method", "value", { type: "TypeError", message: '"value" is not a function.' }),
    ...failsCall("unsendable", "takes", {
      type: "DataCloneError",
      message: "Symbol(s) could not be cloned.",
    }),
  ],
} satisfies Declaration;

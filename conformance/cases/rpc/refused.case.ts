import type { Declaration } from "../../case.ts";
import { failsCall, failsCallee } from "../../failing-rpc.ts";

const missing = {
  type: "TypeError",
  message: 'The RPC receiver does not implement the method "missing".',
};
const noMethod = { type: "TypeError", message: '"value" is not a function.' };

export default {
  bindings: { services: { SERVICE: "Refusing" } },
  invocations: 3,
  beyond: [
    ...failsCall("not there", "missing", missing),
    ...failsCallee("missing", missing),
    ...failsCall("no method", "value", noMethod),
    ...failsCallee("value", noMethod),
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { failsCall, failsCallee } from "../../failing-rpc.ts";

const thrown = { type: "RangeError", message: "thrown by the service" };
const rejected = { type: "SyntaxError", message: "rejected by the service" };

export default {
  bindings: { services: { SERVICE: "Failing" } },
  invocations: 3,
  beyond: [
    ...failsCall("throws", "throws", thrown),
    ...failsCallee("throws", thrown),
    ...failsCall("rejects", "rejects", rejected),
    ...failsCallee("rejects", rejected),
  ],
} satisfies Declaration;

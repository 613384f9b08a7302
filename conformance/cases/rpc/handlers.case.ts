import type { Declaration } from "../../case.ts";
import { failsCall, failsCallee } from "../../failing-rpc.ts";
import { INVOCATION } from "../../tree.ts";

const wrongNumber = {
  type: "TypeError",
  message:
    'Attempted to call RPC function "one" with the wrong number of arguments. When calling a top-level handler function that is not declared as part of a class, you must always send exactly one argument. In order to support variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) instead.',
};
const missing = {
  type: "TypeError",
  message: 'The RPC receiver does not implement the method "missing".',
};

export default {
  bindings: { services: { SERVICE: "default" } },
  invocations: 7,
  beyond: [
    ...failsCall("two arguments", "one", wrongNumber),
    {
      span: `jsRpcCall > ${INVOCATION}`,
      where: { "jsrpc.method": "one" },
      because:
        "the runtime has begun an event for a call that is not made; nothing of the program's runs there",
      absent: {},
    },
    ...failsCall("not there", "missing", missing),
    ...failsCallee("missing", missing),
    {
      span: "jsRpcCall > jsRpcCall",
      where: { "jsrpc.method": "(this)", "jsrpc.target_kind": "stub" },
      because: "a stub that is itself called: only another object in its place could see that",
      absent: {},
    },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const because =
  "README: the runtime's own function makes the stub, and nothing can see that called nor tell where it leads";
const where = { "jsrpc.method": "greet" };

export default {
  bindings: { objects: { OBJECTS: "Kept" } },
  invocations: 4,
  beyond: [
    { span: "with props > jsRpcSession", because, dissolved: true },
    { span: "jsRpcSession > jsRpcCall", where, because, dissolved: true },
    { span: `${INVOCATION} > jsRpcCall`, where, because, attributes: { "jsrpc.caller_span_id": null } },
  ],
} satisfies Declaration;

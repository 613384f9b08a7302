import type { Declaration, SpanDeviation } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const because =
  "README: nothing tells where a service or an object leads that came over RPC, so calls of its methods carry no context";

const plainly = (method: string): SpanDeviation[] => [
  { span: INVOCATION, where: { "jsrpc.method": method }, because, alone: true },
  {
    span: `${INVOCATION} > jsRpcCall`,
    where: { "jsrpc.method": method },
    because,
    attributes: { "jsrpc.caller_span_id": null },
  },
];

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Directory" } },
  invocations: 6,
  beyond: [...plainly("set"), ...plainly("echo")],
} satisfies Declaration;

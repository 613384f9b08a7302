import type { Declaration, SpanDeviation } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const given =
  "README: nothing tells where a service or an object leads that came over RPC, so calls of its methods carry no context";
const local = "README: calls of a stub that is made by `new RpcStub()` are not seen";

const plainly = (method: string): SpanDeviation[] => [
  { span: `jsRpcCall > ${INVOCATION}`, where: { "jsrpc.method": method }, because: given, alone: true },
  {
    span: `${INVOCATION} > jsRpcCall`,
    where: { "jsrpc.method": method, "jsrpc.target_kind": "entrypoint" },
    because: given,
    attributes: { "jsrpc.caller_span_id": null },
  },
];

export default {
  bindings: { objects: { OBJECTS: "Cell" }, services: { SERVICE: "Echo", RELAY: "Caller" } },
  invocations: 8,
  beyond: [
    ...plainly("echo"),
    ...plainly("add"),
    { span: "the stub here > jsRpcCall", because: local, absent: {} },
    {
      span: `${INVOCATION} > jsRpcCall`,
      where: { "jsrpc.target_kind": "transient" },
      because: local,
      absent: {},
    },
    {
      span: "jsRpcCall > jsRpcCall",
      where: { "jsrpc.method": "(this)", "jsrpc.target_kind": "stub" },
      because: "a stub that is itself called: only another object in its place could see that",
      absent: {},
    },
  ],
} satisfies Declaration;

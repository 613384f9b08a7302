import type { Declaration, SpanDeviation } from "../../case.ts";

const because =
  "what calls a function or a target that was lent is not told by which way it was reached: it goes by its own name";

const byItsOwnName = (method: string, name: string): SpanDeviation => ({
  span: "jsRpcCall",
  where: { "jsrpc.method": method, "jsrpc.target_kind": "transient" },
  because,
  attributes: { "cloudflare.jsrpc.method": name },
});

export default {
  bindings: { services: { SERVICE: "Api" } },
  invocations: 7,
  beyond: [byItsOwnName("double", "(this)"), byItsOwnName("deep.users.find", "find")],
} satisfies Declaration;

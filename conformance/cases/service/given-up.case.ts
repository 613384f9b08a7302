import type { Declaration } from "../../case.ts";
import { fails, passes } from "../../escape.ts";
import { INVOCATION } from "../../tree.ts";

const unfinished = {
  because: "semantics.md: what is open when its invocation ends says so",
  attributes: { "enterspan.unfinished": true },
};
const aborted = { type: "AbortError", message: "The operation was aborted" };

export default {
  bindings: { kv: ["KV"], services: { SERVICE: "Slow" } },
  requests: ["/aborted", "/left"],
  invocations: 4,
  beyond: [
    {
      span: `fetch > ${INVOCATION}`,
      because: "catalogue.json has the outcome canceled; the runtime reports ok here, and no return",
      attributes: { "cloudflare.outcome": "canceled" },
    },
    { span: "slow", ...unfinished },
    passes("aborted", aborted.message),
    fails("aborted > fetch", aborted),
    { span: "left", ...unfinished },
    { span: "left > fetch", ...unfinished },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const REFUSED = { type: "Error", message: "proxy request failed, cannot connect to the specified address" };

export default {
  bindings: { upstream: true },
  needs: ["hasWorkerd"],
  beyond: [
    fails("refused > connect", REFUSED),
    fails("refused, unheard > connect", REFUSED),
    fails("no host > connect", REFUSED),
    fails("startTls > connect", { type: "Error", message: "internal error; reference = …" }),
    fails("wrong option > connect", {
      type: "TypeError",
      message: "Unsupported value in secureTransport socket option: some",
    }),
    {
      span: "left open > connect",
      because: "semantics.md: a span that is open when its invocation ends says so",
      attributes: { "enterspan.unfinished": true },
    },
  ],
} satisfies Declaration;

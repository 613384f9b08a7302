import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

export default {
  bindings: { upstream: true },
  beyond: ({ fetchErrors: { reset, aborted, timedOut } }) => [
    {
      request: "GET /",
      because: "the errors are the runtime's own",
      body: JSON.stringify({
        reset: `throws ${reset.type}`,
        aborted: `throws ${aborted.type}`,
        timedOut: `throws ${timedOut.type}`,
      }),
    },
    fails("reset > fetch", reset),
    fails("aborted > fetch", aborted),
    fails("timed out > fetch", timedOut),
  ],
} satisfies Declaration;

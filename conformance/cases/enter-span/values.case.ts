import type { Declaration } from "../../case.ts";

export default {
  bindings: { d1: ["DB"] },
  beyond: [
    {
      span: "rejected",
      because: "semantics.md: the span that an error escapes from has status error and an exception event",
      status: { code: "error", message: "reason" },
      exceptions: [{ type: "", message: "reason", stack: false }],
    },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  requests: ["/wait-until", "/timer", "/abandoned"],
  beyond: [
    {
      span: "abandoned",
      because: "semantics.md: the span that an error escapes from has status error and an exception event",
      status: { code: "error", message: "nobody awaits this" },
      exceptions: [{ type: "Error", message: "nobody awaits this", stack: true }],
    },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      span: "never settles",
      because: "semantics.md: a span still open when its invocation ends, ends with it and says so",
      attributes: { "enterspan.unfinished": true },
    },
  ],
} satisfies Declaration;

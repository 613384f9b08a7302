import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      span: "started",
      because: "semantics.md: a span that nobody ends, ends with the invocation and says so",
      attributes: { "enterspan.unfinished": true },
    },
    {
      request: "GET /",
      because: "semantics.md: `this` in the callback is undefined in strict code",
      body: JSON.stringify({
        enterSpan: "undefined",
        startActiveSpan: "undefined",
        withActiveSpan: "undefined",
        bound: "its own",
      }),
    },
  ],
} satisfies Declaration;

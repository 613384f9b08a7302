import type { Declaration } from "../../case.ts";

export default {
  beyond: ({ knowsWhoListens }) =>
    knowsWhoListens
      ? []
      : [
          {
            span: "aborted 0",
            because: "README: the runtime calls it without the async context",
            absent: {},
          },
        ],
} satisfies Declaration;

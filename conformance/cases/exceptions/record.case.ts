import type { Declaration } from "../../case.ts";

export default {
  beyond: ({ hasDomExceptionStacks }) =>
    hasDomExceptionStacks
      ? []
      : [
          {
            span: "domException",
            because: "a DOMException has no stack on this runtime",
            exceptions: [{ type: "AbortError", message: "aborted", stack: false }],
          },
        ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

const because =
  "packages/tracing/README.md: the module's own waitUntil is not seen, and the invocation ends without it";

export default {
  beyond: ({ hasOurModule }) =>
    hasOurModule
      ? []
      : [
          { span: "kept open", because, attributes: { "enterspan.unfinished": true } },
          { span: "after the response", because, absent: {} },
        ],
} satisfies Declaration;

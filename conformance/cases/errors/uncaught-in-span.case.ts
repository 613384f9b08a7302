import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const because =
  "semantics.md: every span that an error escapes from has status error, the innermost one its event";
const status = { code: "error", message: "thrown in a span" } as const;

export default {
  beyond: [
    {
      span: "inner",
      because,
      status,
      exceptions: [{ type: "RangeError", message: "thrown in a span", stack: true }],
    },
    { span: "outer", because, status },
    { span: INVOCATION, because, status, exceptions: [] },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  beyond: [
    {
      span: INVOCATION,
      because: "a string has no type, as recordException says of it too; the runtime calls it an Error here",
      exceptions: [{ type: "", message: "a string", stack: false }],
    },
  ],
} satisfies Declaration;

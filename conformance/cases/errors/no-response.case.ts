import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

const message = "Incorrect type for Promise: the Promise did not resolve to 'Response'.";

export default {
  beyond: [
    {
      span: INVOCATION,
      because: "our error of the same words is made in the Worker, where errors have stacks",
      exceptions: [{ type: "TypeError", message, stack: true }],
    },
  ],
} satisfies Declaration;

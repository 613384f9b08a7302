import type { Declaration } from "../../case.ts";
import { escapes, passes } from "../../escape.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  beyond: [
    escapes("inner", { type: "RangeError", message: "thrown in a span" }),
    passes("outer", "thrown in a span"),
    { ...passes(INVOCATION, "thrown in a span"), exceptions: [] },
  ],
} satisfies Declaration;

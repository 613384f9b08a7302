import type { Declaration } from "../../case.ts";
import { escapes, passes } from "../../escape.ts";

export default {
  beyond: [
    escapes("sync", { type: "RangeError", message: "the same" }),
    // The same error a second time, from a span that is not around the first.
    escapes("async", { type: "RangeError", message: "the same" }),
    passes("outer", "crosses two"),
    escapes("outer > inner", { type: "TypeError", message: "crosses two" }),
    escapes("thrower", { type: "SyntaxError", message: "caught by the parent" }),
    escapes("throws a string", { type: "", message: "a string", stack: false }),
    escapes("throws undefined", { type: "undefined", message: "undefined", stack: false }),
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { escapes, passes } from "../../escape.ts";

export default {
  beyond: [
    escapes("sync", { type: "RangeError", message: "the same" }),
    // The same error a second time: its event stands where it was first seen.
    passes("async", "the same"),
    passes("outer", "crosses two"),
    escapes("outer > inner", { type: "TypeError", message: "crosses two" }),
    escapes("thrower", { type: "SyntaxError", message: "caught by the parent" }),
    escapes("throws a string", { type: "", message: "a string", stack: false }),
    escapes("throws undefined", { type: "undefined", message: "undefined", stack: false }),
  ],
} satisfies Declaration;

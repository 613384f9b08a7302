import type { Declaration } from "../../case.ts";
import { escapes } from "../../escape.ts";

export default {
  beyond: [escapes("rejected", { type: "", message: "reason", stack: false })],
} satisfies Declaration;

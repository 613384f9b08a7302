import type { Declaration } from "../../case.ts";
import { escapes } from "../../escape.ts";

export default {
  requests: ["/wait-until", "/abandoned"],
  beyond: [escapes("abandoned", { type: "Error", message: "nobody awaits this" })],
} satisfies Declaration;

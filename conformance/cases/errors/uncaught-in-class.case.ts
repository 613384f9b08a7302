import type { Declaration } from "../../case.ts";
import { escapes, passes } from "../../escape.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  requests: ["/fine", "/at-once", "/inherited"],
  beyond: [
    escapes("inherited", { type: "TypeError", message: "inherited" }),
    { ...passes(INVOCATION, "inherited"), where: { "url.path": "/inherited" }, exceptions: [] },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      span: `c${"é".repeat(31)}\ufffd`,
      because: "semantics.md: a name is never cut inside a character",
      name: `c${"é".repeat(31)}`,
    },
  ],
} satisfies Declaration;

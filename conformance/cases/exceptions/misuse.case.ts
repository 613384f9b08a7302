import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      request: "GET /",
      because: "semantics.md: recordException never throws for what it is given",
      body: '{"noArgument":"throws TypeError","throwingGetter":"undefined"}',
    },
    {
      span: "misuse",
      because: "semantics.md: anything is recorded as far as it goes",
      exceptions: [{ type: "Throwing", message: "", stack: false }],
    },
  ],
} satisfies Declaration;

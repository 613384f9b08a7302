import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      request: "GET /",
      because: "semantics.md: recordException never throws",
      body: '{"noArgument":"undefined","throwingGetter":"undefined"}',
    },
    {
      span: "misuse",
      because: "semantics.md: anything is recorded as far as it goes",
      exceptions: [{ type: "Throwing", message: "", stack: false }],
    },
  ],
} satisfies Declaration;

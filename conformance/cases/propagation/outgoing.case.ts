import type { Declaration } from "../../case.ts";

export default {
  bindings: { upstream: true },
  beyond: [
    {
      request: "GET /",
      because: "semantics.md: outgoing fetch carries the trace context, which the runtime's does not locally",
      body: '{"isOfTheTrace":true,"isOfTheCall":true,"isTheProgramsOwn":"00-own-01"}',
    },
  ],
} satisfies Declaration;

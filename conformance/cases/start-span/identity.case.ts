import type { Declaration } from "../../case.ts";

export default {
  beyond: [
    {
      request: "GET /",
      because: "semantics.md: traceFlags is 1 when sampled",
      body: JSON.stringify({
        keys: ["traceId", "spanId", "traceFlags"],
        traceId: true,
        spanId: true,
        isNotZero: true,
        flags: 1,
        stays: true,
        isOwn: true,
        isShared: true,
      }),
    },
  ],
} satisfies Declaration;

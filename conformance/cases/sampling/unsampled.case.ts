import type { Declaration } from "../../case.ts";

export default {
  sampled: false,
  bindings: { upstream: true },
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  bindings: {
    platform: ["RATE_LIMIT", "DATASET", "EMAIL", "HYPERDRIVE", "IMAGES"],
    services: { SERVICE: "User" },
  },
  // The answer alone is compared.
  sampled: false,
} satisfies Declaration;

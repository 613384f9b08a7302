import type { Declaration } from "../../case.ts";

export default {
  requests: [Array.from({ length: 40 }, (_, id) => `/${id}`)],
} satisfies Declaration;

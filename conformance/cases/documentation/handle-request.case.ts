import type { Declaration } from "../../case.ts";

export default {
  requests: [{ path: "/some/path?query", headers: { "x-user": "ann" } }],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  requests: [
    { path: "/text", method: "HEAD" },
    { path: "/stream", method: "HEAD" },
    { path: "/own-stream", method: "HEAD" },
    { path: "/empty", method: "HEAD" },
    "/empty",
    "/text",
  ],
} satisfies Declaration;

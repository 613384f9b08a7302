import type { Declaration } from "../../case.ts";

export default {
  bindings: { upstream: true },
  requests: [
    "/plain",
    { path: "/copy", headers: { accept: "a/b" } },
    { path: "/with-body", method: "POST", body: "posted", headers: { "content-type": "text/plain" } },
  ],
} satisfies Declaration;

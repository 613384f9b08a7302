import type { Declaration } from "../../case.ts";

export default {
  bindings: { upstream: true },
  beyond: [
    {
      span: "fetch",
      because: "the boundary, and with it type and size, is chosen after the call",
      attributes: { "http.request.header.content-type": null, "http.request.body.size": null },
    },
  ],
} satisfies Declaration;

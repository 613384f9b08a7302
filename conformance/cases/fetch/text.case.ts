import type { Declaration } from "../../case.ts";

export default {
  bindings: { upstream: true },
  beyond: ({ showsTextType }) =>
    showsTextType
      ? []
      : ["letters > fetch", "empty > fetch"].map((span) => ({
          span,
          because: "the runtime adds the type as it sends, where nobody sees it",
          attributes: { "http.request.header.content-type": null },
        })),
} satisfies Declaration;

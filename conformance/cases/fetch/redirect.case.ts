import type { Declaration } from "../../case.ts";

const because =
  "redirects are followed inside the runtime: the program's one call is one span, of the request it made";

export default {
  bindings: { upstream: true },
  beyond: ({ knowsStreamLengths }) => [
    { span: "get > fetch", because, absent: { "http.response.status_code": 302 } },
    { span: "post > fetch", because, absent: { "http.response.status_code": 302 } },
    {
      span: "post > fetch",
      because,
      attributes: {
        "http.request.method": "POST",
        ...(knowsStreamLengths && { "http.request.body.size": 3 }),
      },
    },
  ],
} satisfies Declaration;

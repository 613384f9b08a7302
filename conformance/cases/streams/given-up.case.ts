import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  requests: [{ path: "/", givesUp: true }],
  beyond: [
    {
      span: INVOCATION,
      because: "catalogue.json has the outcome canceled; the runtime reports ok here, and no return",
      attributes: { "cloudflare.outcome": "canceled", "http.response.status_code": 200 },
    },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  bindings: { upstream: true },
  needs: ["hasWorkerd"],
  requests: ["/", "/fails"],
  beyond: [
    {
      span: INVOCATION,
      where: { "url.path": "/fails" },
      because: "the client did get this status; the runtime reports no return when the body fails",
      attributes: { "http.response.status_code": 200 },
    },
  ],
} satisfies Declaration;

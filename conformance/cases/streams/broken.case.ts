import type { Declaration } from "../../case.ts";
import { INVOCATION } from "../../tree.ts";

export default {
  beyond: [
    {
      span: INVOCATION,
      because: "the client did get this status; the runtime reports no return when the body fails",
      attributes: { "http.response.status_code": 200 },
    },
  ],
} satisfies Declaration;

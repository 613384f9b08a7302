import type { Declaration } from "../../case.ts";

export default {
  needs: ["hasWorkerd"],
  requests: ["/by-runtime", "/by-program", "/passed-on"],
} satisfies Declaration;

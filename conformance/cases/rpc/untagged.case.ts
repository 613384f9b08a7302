import type { Declaration } from "../../case.ts";

export default {
  bindings: { services: { SERVICE: "Api" } },
  compatibilityFlags: ["do_not_set_tostring_tag"],
  invocations: 6,
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  requests: [
    "/200",
    "/204",
    { path: "/201", method: "POST", body: "created" },
    "/302",
    { path: "/404", method: "DELETE" },
    "/500",
    "/503",
  ],
} satisfies Declaration;

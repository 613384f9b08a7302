import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const REFUSED = { type: "Error", message: "connection attempt failed" };

export default {
  bindings: { platform: ["HYPERDRIVE"] },
  beyond: [fails("hyperdrive_connect", REFUSED)],
} satisfies Declaration;

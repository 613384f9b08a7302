import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

export default {
  bindings: { objects: { OBJECTS: "Store" } },
  invocations: 2,
  beyond: [fails("throws > durable_object_storage_transaction", { type: "RangeError", message: "no" })],
} satisfies Declaration;

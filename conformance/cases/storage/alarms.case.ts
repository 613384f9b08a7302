import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

export default {
  bindings: { objects: { OBJECTS: "Store", OTHERS: "Sleepless" } },
  invocations: 3,
  beyond: [
    fails("refused > durable_object_storage_setAlarm", {
      type: "TypeError",
      message: "Your Durable Object class must have an alarm() handler in order to call setAlarm()",
    }),
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";

export default {
  bindings: { objects: { OBJECTS: "Sleeper" } },
  invocations: 3,
  beyond: [
    {
      span: "durable_object_storage_setAlarm",
      because: "the storage of objects is not traced yet",
      absent: {},
    },
  ],
} satisfies Declaration;

import type { Declaration } from "../../case.ts";
import { fails, refused } from "../../escape.ts";

const LIMIT = { type: "TypeError", message: "List limit must be positive." };
const BOTH = {
  type: "TypeError",
  message: "list() cannot be called with both start and startAfter values.",
};
const ALARM = { type: "TypeError", message: "setAlarm() cannot be called with an alarm time <= 0" };
const NOT_CLONED = { type: "DataCloneError", message: "() => {\n      } could not be cloned." };

export default {
  bindings: { objects: { OBJECTS: "Store" } },
  invocations: 2,
  beyond: [
    fails("putUndefined > durable_object_storage_put", {
      type: "TypeError",
      message: "put() called with undefined value.",
    }),
    fails("putFunction > durable_object_storage_put", NOT_CLONED),
    {
      ...refused("setAlarmNegative > durable_object_alarms_setAlarm", ALARM),
      attributes: {
        "error.type": ALARM.type,
        "cloudflare.durable_object.alarm.scheduled_time": "1969-12-31T23:59:59.999Z",
      },
    },
    fails("listLimit > durable_object_storage_list", LIMIT),
    fails("listBoth > durable_object_storage_list", BOTH),
    fails("kvPutFunction > durable_object_storage_kv_put", NOT_CLONED),
    fails("kvListBoth > durable_object_storage_kv_list", BOTH),
    fails("kvListLimit > durable_object_storage_kv_list", LIMIT),
  ],
} satisfies Declaration;

import type { Declaration, SpanDeviation } from "../../case.ts";
import { fails, refused } from "../../escape.ts";

const named = (span: string): SpanDeviation => ({
  span,
  because: "catalogue.json: batches have a name of their own",
  name: "queue_sendBatch",
});
const wrong = (span: string, message: string, type = "TypeError") => refused(span, { type, message });

export default {
  bindings: { queues: { QUEUE: 1 } },
  invocations: 9,
  beyond: [
    named("batch > queue_send"),
    named("set > queue_send"),
    wrong(
      "wrongType > queue_send",
      'Content Type "text" requires a value of type string, but received: number',
    ),
    wrong("unknownType > queue_send", "Unsupported queue message content type: none such"),
    wrong("unserializable > queue_send", "() => {\n      } could not be cloned.", "DataCloneError"),
    wrong(
      "noBatch > queue_sendBatch",
      "Failed to execute 'sendBatch' on 'WorkerQueue': parameter 1 is not of type 'Sequence'.",
    ),
    wrong("wrongBatch > queue_sendBatch", "Message body cannot be undefined"),
    fails("large > queue_send", { type: "Error", message: "Unknown Internal Error (15000)" }),
  ],
} satisfies Declaration;

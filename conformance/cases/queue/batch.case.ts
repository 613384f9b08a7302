import type { Declaration } from "../../case.ts";

export default {
  bindings: { queues: { QUEUE: 10 } },
  invocations: 3,
  beyond: [
    {
      span: "many > queue_send",
      because: "catalogue.json: batches have a name of their own",
      name: "queue_sendBatch",
    },
  ],
} satisfies Declaration;

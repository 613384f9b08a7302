import type { Declaration } from "../../case.ts";

export default { bindings: { queues: { QUEUE: 1 } }, invocations: 9 } satisfies Declaration;

// The steps of a workflow's run: each is a span, and what it calls back runs inside of that.
import type { Runtime } from "../../runtime.ts";
import { INTERNAL } from "../../span-record.ts";
import type { Instrumentations } from "../env.ts";
import { traceMethod } from "../operation.ts";

type Callback = (...args: unknown[]) => unknown;

export const workflows: Instrumentations = { step: instrumentStep };

/** `step` is the engine's, reached over RPC. */
function instrumentStep(runtime: Runtime, step: Record<string, unknown>): void {
  for (const method of ["do", "sleep", "sleepUntil", "waitForEvent"]) {
    traceMethod(runtime, step, method, (args) => ({
      name: `workflow_step_${method}`,
      kind: INTERNAL,
      attributes() {
        return { "cloudflare.workflow.step.name": String(args[0]) };
      },
      instead(span, call) {
        // Called back over RPC too, which knows nothing of the async context.
        args.forEach((given, i) => {
          if (typeof given !== "function") return;
          args[i] = (...more: unknown[]) => runtime.active.run(span, () => (given as Callback)(...more));
        });
        return Promise.resolve(call());
      },
    }));
  }
}

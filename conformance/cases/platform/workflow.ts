// A workflow: its binding and an instance of it, and the run, with a step that fails once, one that sleeps and one that
// waits for an event.
import { tracing, WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";

export class Flow extends WorkflowEntrypoint<Env, { by: number }> {
  override async run({ payload, instanceId }: WorkflowEvent<{ by: number }>, step: WorkflowStep) {
    console.log("run", instanceId);
    let tried = 0;
    const counted = await step.do("count", { retries: { limit: 1, delay: 1 } }, async ({ attempt }) => {
      console.log("attempt", attempt);
      if (tried++ === 0) throw new RangeError("not yet");
      return tracing.enterSpan("inner", () => payload.by + 1);
    });
    await step.sleep("nap", 1);
    const { payload: said } = await step.waitForEvent<string>("word", { type: "word" });
    console.log("done", counted, said);
  }
}

export default {
  async fetch(_request, { WORKFLOW }) {
    const instance = await tracing.enterSpan("create", () =>
      WORKFLOW.create({ id: "one", params: { by: 1 } }),
    );
    const known = await tracing.enterSpan("get", () => WORKFLOW.get("one"));
    const { status } = await tracing.enterSpan("status", () => known.status());
    await tracing.enterSpan("tell", () => known.sendEvent({ type: "word", payload: "go" }));
    const missing = await tracing.enterSpan("missing", () =>
      WORKFLOW.get("none").then(String, (error) => error.message),
    );
    const shown = [instance.id, Object.keys(instance), instance.constructor.name, WORKFLOW.constructor.name];
    return Response.json([typeof status, missing, ...shown]);
  },
} satisfies ExportedHandler<Env>;

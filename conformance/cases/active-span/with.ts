// withActiveSpan makes a span the parent of what its callback starts, ended spans included, and never ends it.
import { tracing } from "cloudflare:workers";
import { attempt, attemptAsync } from "../attempt.ts";

export default {
  async fetch() {
    const withActiveSpan = tracing.withActiveSpan.bind(tracing) as (...args: unknown[]) => unknown;
    const parent = tracing.startSpan("parent");
    const sum = await tracing.withActiveSpan(
      parent,
      async (a: number, b: number) => {
        await scheduler.wait(1);
        tracing.enterSpan("child", () => {});
        console.log("with parent");
        return a + b;
      },
      1,
      2,
    );
    const open = parent.isTraced;
    const active = tracing.withActiveSpan(parent, () => tracing.getActiveSpan() === parent);
    parent.end();
    tracing.withActiveSpan(parent, () => {
      tracing.enterSpan("child of ended", () => {});
      console.log("with ended");
    });
    const misuse = tracing.startSpan("misuse");
    const facts = {
      sum,
      open,
      active,
      throws: attempt(() =>
        tracing.withActiveSpan(parent, () => {
          throw new RangeError("thrown");
        }),
      ),
      rejects: await attemptAsync(() =>
        tracing.withActiveSpan(parent, async () => Promise.reject(new RangeError("r"))),
      ),
      object: attempt(() => withActiveSpan({}, () => "ran")),
      null: attempt(() => withActiveSpan(null, () => "ran")),
      undefined: attempt(() => withActiveSpan(undefined, () => "ran")),
      noCallback: attempt(() => withActiveSpan(misuse)),
    };
    misuse.end();
    return Response.json(facts);
  },
} satisfies ExportedHandler;

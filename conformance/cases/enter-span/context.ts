// The active span follows the async context through timers, microtasks, event listeners and combinators.

import { tracing } from "cloudflare:workers";
import { AsyncResource } from "node:async_hooks";

export default {
  async fetch() {
    let outside: AsyncResource | undefined;
    await tracing.enterSpan("timer", async () => {
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          tracing.enterSpan("in timer", () => {});
          resolve();
        }, 1);
      });
    });
    await tracing.enterSpan("microtask", async () => {
      await new Promise<void>((resolve) => {
        queueMicrotask(() => {
          tracing.enterSpan("in microtask", () => {});
          resolve();
        });
      });
    });
    await tracing.enterSpan("combinators", async () => {
      const after = (ms: number, name: string) =>
        scheduler.wait(ms).then(() => tracing.enterSpan(name, () => name));
      await Promise.all([after(1, "all 1"), after(2, "all 2")]);
      await Promise.race([after(1, "raced")]);
      await Promise.allSettled([after(1, "settled")]);
      await after(1, "then").finally(() => tracing.enterSpan("finally", () => {}));
    });
    tracing.enterSpan("listener", () => {
      const target = new EventTarget();
      target.addEventListener("ping", () => tracing.enterSpan("in listener", () => {}));
      target.dispatchEvent(new Event("ping"));
    });
    tracing.enterSpan("resource", () => {
      outside = new AsyncResource("conformance");
    });
    outside?.runInAsyncScope(() => tracing.enterSpan("in resource", () => {}));
    const bound = tracing.enterSpan("bound", () =>
      AsyncResource.bind(() => tracing.enterSpan("in bound", () => {})),
    );
    bound();
    async function* steps() {
      for (const name of ["step 1", "step 2"]) {
        await scheduler.wait(1);
        yield tracing.enterSpan(name, () => name);
      }
    }
    await tracing.enterSpan("generator", async () => {
      for await (const _ of steps());
    });
    return new Response("ok");
  },
} satisfies ExportedHandler;

// Logs belong to the span that is active when they are printed: before, inside, after spans, and across await.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    console.log("before any span");
    tracing.enterSpan("sync", () => {
      console.log("in sync");
      tracing.enterSpan("nested", () => console.log("in nested"));
      console.log("back in sync");
    });
    console.log("between spans");
    let afterEnd: Promise<void> | undefined;
    await tracing.enterSpan("async", async () => {
      console.log("before await");
      await scheduler.wait(1);
      console.log("after await");
      await Promise.all([
        tracing.enterSpan("left", async () => {
          await scheduler.wait(2);
          console.log("in left");
        }),
        tracing.enterSpan("right", async () => {
          await scheduler.wait(1);
          console.log("in right");
        }),
      ]);
      afterEnd = scheduler.wait(3).then(() => console.log("after the span's end"));
    });
    await afterEnd;
    console.log("after all spans");
    return new Response("ok");
  },
} satisfies ExportedHandler;

// waitUntil of the module keeps the invocation open as that of the context does.
import { tracing, waitUntil } from "cloudflare:workers";

async function later(): Promise<void> {
  await scheduler.wait(15);
  tracing.enterSpan("after the response", () => console.log("late"));
}

export default {
  async fetch() {
    tracing.enterSpan("handed over", () => waitUntil(tracing.enterSpan("kept open", later)));
    return new Response("ok");
  },
} satisfies ExportedHandler;

// A client that goes away in the middle of an endless body: the body is cancelled, the invocation over.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const span = tracing.startSpan("body");
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await scheduler.wait(5);
        // wrangler's proxy compresses what it passes on, and holds back what is little when compressed.
        controller.enqueue(crypto.getRandomValues(new Uint8Array(65_536)));
      },
      cancel: () => span.end(),
    });
    return new Response(body);
  },
} satisfies ExportedHandler;

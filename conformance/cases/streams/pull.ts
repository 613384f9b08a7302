// A body that is produced while it is sent: spans made by its callbacks belong to the invocation.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    let count = 0;
    const body = tracing.enterSpan(
      "make the body",
      () =>
        new ReadableStream<Uint8Array>({
          async pull(controller) {
            await scheduler.wait(1);
            if (count === 3) controller.close();
            else
              tracing.enterSpan(`chunk ${++count}`, () =>
                controller.enqueue(new TextEncoder().encode(`${count} `)),
              );
          },
        }),
    );
    return new Response(body);
  },
} satisfies ExportedHandler;

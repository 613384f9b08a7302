// A body that fails after its first chunk has been sent.
export default {
  async fetch() {
    let count = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await scheduler.wait(1);
        if (count++ === 0) controller.enqueue(new TextEncoder().encode("first"));
        else controller.error(new Error("the body broke"));
      },
    });
    return new Response(body);
  },
} satisfies ExportedHandler;

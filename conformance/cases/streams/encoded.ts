// Bodies with an encoding, produced while they are sent: one that the runtime is to encode, and those that the program has
// encoded itself.
import { tracing } from "cloudflare:workers";

const chunks = (...texts: string[]) =>
  new ReadableStream<Uint8Array>({
    async pull(controller) {
      await scheduler.wait(1);
      const text = texts.shift();
      if (text === undefined) controller.close();
      else tracing.enterSpan(`chunk ${text}`, () => controller.enqueue(new TextEncoder().encode(text)));
    },
  });

export default {
  fetch(request) {
    const headers = { "content-encoding": "gzip" };
    const body = chunks("one", "two", "three");
    const { pathname } = new URL(request.url);
    if (pathname === "/by-runtime") return new Response(body, { headers });
    const gzip = body.pipeThrough(new CompressionStream("gzip"));
    const encoded = new Response(gzip, { headers, encodeBody: "manual" });
    return pathname === "/by-program" ? encoded : new Response(encoded.body, encoded);
  },
} satisfies ExportedHandler;

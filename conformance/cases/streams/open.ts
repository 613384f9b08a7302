// A span open across a stream: it ends when the writer is done, long after the handler has returned the response.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, _env, ctx) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const written = tracing.enterSpan("stream", async (span) => {
      const writer = writable.getWriter();
      const encoder = new TextEncoder();
      for (const part of ["one ", "two ", "three"]) {
        await scheduler.wait(3);
        await tracing.enterSpan(`part ${part.trim()}`, () => writer.write(encoder.encode(part)));
        console.log(`wrote ${part.trim()}`);
      }
      await writer.close();
      span.setAttribute("parts", 3);
    });
    ctx.waitUntil(written);
    return new Response(readable);
  },
} satisfies ExportedHandler;

// A span takes 64 KiB of keys and values; the attribute that crosses it is dropped, all later ones too, and it says so.
import { tracing } from "cloudflare:workers";

const LIMIT = 64 * 1024;

export default {
  async fetch() {
    tracing.enterSpan("one too large", (span) => {
      span.setAttribute("a", "x".repeat(LIMIT));
      span.setAttribute("later", 1);
    });
    tracing.enterSpan("exactly full", (span) => {
      span.setAttribute("a", "x".repeat(LIMIT - 1));
    });
    tracing.enterSpan("numbers count eight", (span) => {
      span.setAttribute("a", "x".repeat(LIMIT - 1 - 9));
      span.setAttribute("n", 1);
      span.setAttribute("b", true);
    });
    tracing.enterSpan("overwriting counts again", (span) => {
      for (let i = 0; i < 7; i++) span.setAttribute("k", String(i).repeat(10_000));
      span.setAttribute("later", 1);
    });
    tracing.enterSpan("bytes of UTF-8", (span) => {
      span.setAttribute("a", "é".repeat(32_000));
      span.setAttribute("crossing", "é".repeat(800));
    });
    tracing.enterSpan("long key", (span) => {
      span.setAttribute("a", "x".repeat(LIMIT - 1));
      span.setAttribute("k".repeat(100), "crossing");
    });
    tracing.enterSpan("many small", (span) => {
      for (let i = 0; i < 1_000; i++) span.setAttribute(`key ${i}`, i);
    });
    tracing.enterSpan("exceptions count", (span) => {
      span.setAttribute("a", "x".repeat(LIMIT - 100));
      span.recordException({ name: "Big", message: "m".repeat(200) });
      span.setAttribute("later", 1);
    });
    tracing.enterSpan("setAttributes counts too", (span) => {
      span.setAttributes({ a: "x".repeat(LIMIT - 100), b: "y".repeat(200), c: 1 });
    });
    return new Response("ok");
  },
} satisfies ExportedHandler;

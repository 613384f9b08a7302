// A name takes 64 bytes of UTF-8.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    for (const name of [
      "a".repeat(64),
      "b".repeat(65),
      "é".repeat(33),
      `c${"é".repeat(32)}`,
      "😀".repeat(17),
    ]) {
      tracing.enterSpan(name, () => {});
    }
    tracing.enterSpan("short", (span) => span.updateName("d".repeat(1_000)));
    return new Response("ok");
  },
} satisfies ExportedHandler;

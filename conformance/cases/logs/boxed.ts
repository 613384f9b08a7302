// Strings, numbers and booleans as objects, and spans: each is told by its text.
import { tracing } from "cloudflare:workers";

class Name extends String {}

export default {
  async fetch() {
    tracing.enterSpan("boxed", () => {
      console.log(new String("text"));
      console.log(new Number(1.5), new Boolean(false));
      console.log(new Name("of a class"));
    });
    tracing.enterSpan("span", (span) => {
      console.log(span);
      span.setAttribute("itself", String(span));
    });
    return new Response("ok");
  },
} satisfies ExportedHandler;

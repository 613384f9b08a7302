// HTMLRewriter: its handlers run while the client reads, in the span that they were given in or below it, and may wait.
import { tracing } from "cloudflare:workers";

const PAGE = "<html><body><a href='/x'>x</a><p>text</p><a href='/y'>y</a></body></html>";

export default {
  fetch(request, env) {
    const page = new Response(PAGE, { headers: { "content-type": "text/html" } });
    const rewriter = new HTMLRewriter()
      .on("a", {
        async element(element) {
          await tracing.enterSpan("link", async () => {
            const answer = await fetch(`${env.UPSTREAM}${element.getAttribute("href")}`);
            element.setAttribute("title", await answer.text());
            element.onEndTag((tag) => {
              tracing.enterSpan("end tag", () => tag.after("!"));
            });
          });
        },
      })
      .on("p", {
        text(chunk) {
          if (request.url.endsWith("/fails")) throw new RangeError("in a handler");
          if (chunk.lastInTextNode) tracing.enterSpan("text", () => chunk.after("?"));
        },
      })
      .onDocument({
        end(end) {
          tracing.enterSpan("end of the document", () => end.append("<!-- end -->", { html: true }));
        },
      });
    return tracing.enterSpan("rewrite", () => rewriter.transform(page));
  },
} satisfies ExportedHandler<Env>;

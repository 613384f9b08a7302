// One request as an application has many: reads and writes of KV, a query of D1, spans of its own. And the events that
// wrangler's local endpoints make.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(request, { KV, DB }) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/work") return new Response("nothing here", { status: 404 });
    const id = searchParams.get("id");
    return tracing.enterSpan("work", async (span) => {
      span.setAttribute("request.id", id);
      await KV.put(id, id);
      const [stored, missing] = await Promise.all([KV.get(id), KV.get("missing")]);
      const row = await tracing.enterSpan("query", () => DB.prepare("SELECT ? AS id").bind(id).first());
      const answer = tracing.enterSpan("answer", () => [stored, missing, row.id].join());
      return new Response(answer);
    });
  },

  scheduled() {},

  async email(message) {
    await message.forward("archive@example.com");
    await message.forward("refused").catch(() => {});
  },
};

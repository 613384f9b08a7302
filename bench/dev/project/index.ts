// The Worker of measures.md: one KV put, two KV gets, one D1 query and three custom spans a request; or, with
// `/operations/N`, N gets in modules of their own.
import { tracing } from "cloudflare:workers";
import { many } from "./modules.ts";

interface Env {
  KV: { get(key: string): Promise<string | null>; put(key: string, value: string): Promise<void> };
  D1: { prepare(sql: string): { first(column: string): Promise<unknown> } };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const operations = /^\/operations\/(\d+)$/.exec(pathname)?.[1];
    if (operations !== undefined) {
      for (let n = 0; n < Number(operations); n++) await many[n % many.length]?.(env.KV);
      return new Response("done");
    }
    return tracing.enterSpan("handle", async (span) => {
      span.setAttribute("url.path", pathname);
      await env.KV.put("visited", pathname);
      const name = await tracing.enterSpan("greeting", async () => {
        await env.KV.get("name");
        return env.KV.get("visited");
      });
      const sum = await tracing.enterSpan("count", () => env.D1.prepare("SELECT 1 + 1 AS sum").first("sum"));
      return Response.json({ name, sum });
    });
  },
};

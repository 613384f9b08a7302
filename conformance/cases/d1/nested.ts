// D1 inside spans, alone and at once.
import { tracing } from "cloudflare:workers";

export default {
  async fetch(_request, env) {
    const rows = await tracing.enterSpan("outer", async () => {
      await env.DB.exec("CREATE TABLE t (x INTEGER)");
      const statement = env.DB.prepare("SELECT count(*) AS count FROM t");
      return Promise.all([
        tracing.enterSpan("left", () => statement.first("count")),
        tracing.enterSpan("right", async () => (await statement.all()).results),
      ]);
    });
    console.log("rows", rows);
    return Response.json(rows);
  },
} satisfies ExportedHandler<Env>;

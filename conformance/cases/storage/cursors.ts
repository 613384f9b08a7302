// Cursors that nobody reads to their end, or only later, in another span and after other queries.
import { DurableObject, tracing } from "cloudflare:workers";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE numbers (n INTEGER)");
    sql.exec("INSERT INTO numbers VALUES (1), (2), (3), (4)");
    const later = tracing.enterSpan("begin", () => sql.exec("SELECT n FROM numbers WHERE n > 0"));
    const results = {
      unread: tracing.enterSpan("unread", () => sql.exec("SELECT n FROM numbers").columnNames),
      first: tracing.enterSpan("first", () => sql.exec("SELECT n FROM numbers WHERE n > 1").next()),
      left: tracing.enterSpan("left", () => {
        for (const row of sql.exec("SELECT n FROM numbers WHERE n > 2")) return row;
        return undefined;
      }),
      begun: later.next(),
      wait: await scheduler.wait(1),
      read: tracing.enterSpan("read", () => later.toArray()),
      again: later.toArray(),
    };
    return Response.json(results);
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

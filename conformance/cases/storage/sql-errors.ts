// Queries that SQLite or the runtime refuses, at once or while they are read.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { sql } = this.ctx.storage;
    // biome-ignore lint/suspicious/noExplicitAny: no type allows these arguments
    const loose = sql as any;
    const calls = {
      syntax: () => sql.exec("SELEC 1"),
      missing: () => sql.exec("SELECT * FROM missing"),
      parameters: () => sql.exec("SELECT ?", 1, 2),
      transaction: () => sql.exec("BEGIN TRANSACTION"),
      number: () => loose.exec(1),
      none: () => loose.exec(),
      symbol: () => loose.exec(Symbol("query")),
      symbolBound: () => loose.exec("SELECT ?", Symbol("value")),
      empty: () => sql.exec(""),
      detached: () => loose.exec.call(undefined, "SELECT 1"),
      oneOfNone: () => sql.exec("SELECT 1 WHERE 0").one(),
      oneOfMany: () => sql.exec("SELECT 1 UNION SELECT 2").one(),
      overflow: () => sql.exec("SELECT abs(-9223372036854775808)").toArray(),
      overflowLater: () => [...sql.exec("SELECT 1 AS n UNION ALL SELECT abs(-9223372036854775808)").raw()],
      nextDetached: () => loose.exec("SELECT 1 WHERE 0").next.call(undefined),
    };
    return Response.json(await callEach(calls));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

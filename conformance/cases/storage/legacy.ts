// An object whose data SQLite does not keep: the same key-value calls, and what it is refused.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";
import { keyValueCalls } from "./calls/key-value.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { storage } = this.ctx;
    const calls = {
      ...keyValueCalls(this.ctx),
      sql: () => storage.sql.exec("SELECT 1"),
      databaseSize: () => storage.sql.databaseSize,
      kv: () => storage.kv.get("one"),
      transaction: () => storage.transaction(async (calls) => calls.get("one")),
      transactionSync: () => storage.transactionSync(() => "done"),
      bookmark: async () => (await storage.getCurrentBookmark()).length,
    };
    return Response.json(await callEach(calls));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

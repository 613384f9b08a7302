// Transactions, whose closures run where the call was made, and what is called on them.
import { DurableObject, tracing } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

const FAR = Date.UTC(2100, 0);

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { storage } = this.ctx;
    const { sql, kv } = storage;
    const calls = {
      empty: () => storage.transaction(async () => "done"),
      calls: () =>
        storage.transaction(async (transaction) => {
          console.log("in the closure");
          await transaction.put("a", 1);
          await tracing.enterSpan("inside", () => transaction.get("a"));
          await transaction.put({ b: 2 }, { allowUnconfirmed: true });
          const listed = await transaction.list({ prefix: "a" });
          const deleted = await transaction.delete(["a", "missing"]);
          await transaction.setAlarm(FAR);
          const alarm = await transaction.getAlarm();
          await transaction.deleteAlarm();
          sql.exec("CREATE TABLE made (n)");
          return [[...listed], deleted, alarm, await storage.get("b")];
        }),
      nested: () => storage.transaction(() => storage.transaction(async () => "nested")),
      rollback: () =>
        storage.transaction(async (transaction) => {
          await transaction.put("c", 1);
          transaction.rollback();
          return "rolled back";
        }),
      throws: () =>
        storage.transaction(async (transaction) => {
          await transaction.put("d", 1);
          throw new RangeError("no");
        }),
      after: async () => [...(await storage.list())],
      synchronous: () =>
        storage.transactionSync(() => {
          sql.exec("CREATE TABLE more (n)");
          return tracing.enterSpan("within", () => kv.put("k", 1));
        }),
      synchronousThrows: () =>
        storage.transactionSync(() => {
          kv.put("k", 2);
          throw new RangeError("no");
        }),
      synchronousNested: () => storage.transactionSync(() => storage.transactionSync(() => kv.get("k"))),
    };
    return Response.json(await callEach(calls));
  }

  override alarm(): void {}
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

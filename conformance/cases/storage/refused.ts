// Calls that storage refuses, some before it has a span for them, and some that fail.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { storage } = this.ctx;
    const { kv } = storage;
    // As JavaScript calls them.
    // biome-ignore lint/suspicious/noExplicitAny: no type allows these arguments
    const [loose, looseKv] = [storage as any, kv as any];
    const longKey = "k".repeat(3_000);
    const calls = {
      get: () => loose.get(),
      getNull: () => loose.get(null),
      getObject: () => loose.get({ a: 1 }),
      getSymbol: () => loose.get(Symbol("key")),
      getOptions: () => loose.get("a", "b"),
      getDetached: () => loose.get.call(undefined, "a"),
      getLimit: () => storage.get(Array.from({ length: 200 }, (_, at) => `k${at}`)).then(({ size }) => size),
      getLongKey: () => storage.get(longKey),
      put: () => loose.put(),
      putUndefined: () => loose.put("a"),
      putNull: () => loose.put(null, 1),
      putArray: () => loose.put(["a"], 1),
      putFunction: () => storage.put("a", () => {}),
      putLongKey: () => storage.put(longKey, 1),
      putLarge: () => storage.put("large", new Uint8Array(3_000_000)),
      putOptions: () => loose.put("a", 1, 2),
      delete: () => loose.delete(),
      listNull: async () => [...(await loose.list(null))].length,
      listText: () => loose.list("a"),
      listLimit: () => storage.list({ limit: -1 }),
      listBoth: () => storage.list({ start: "a", startAfter: "b" }),
      deleteAllText: () => loose.deleteAll("a"),
      transaction: () => loose.transaction(),
      transactionSync: () => loose.transactionSync(),
      setAlarm: () => loose.setAlarm(),
      setAlarmText: () => loose.setAlarm("tomorrow"),
      setAlarmNegative: () => storage.setAlarm(-1),
      setAlarmNaN: () => loose.setAlarm(Number.NaN),
      getAlarmText: () => loose.getAlarm("a"),
      syncArgument: () => loose.sync("a"),
      kvGet: () => looseKv.get(),
      kvGetSymbol: () => looseKv.get(Symbol("key")),
      kvGetMore: () => looseKv.get("a", "b"),
      kvPut: () => looseKv.put(),
      kvPutUndefined: () => looseKv.put("a"),
      kvPutUndefinedItself: () => looseKv.put("a", undefined),
      kvPutLongKey: () => kv.put(longKey, 1),
      kvPutFunction: () => kv.put("a", () => {}),
      kvPutLarge: () => kv.put("a", new Uint8Array(3_000_000)),
      kvListText: () => looseKv.list("a"),
      kvListBoth: () => kv.list({ start: "a", startAfter: "b" }),
      kvListLimit: () => kv.list({ limit: 0 }),
      kvListTwo: () => {
        const first = kv.list();
        kv.list();
        return [...first].length;
      },
    };
    return Response.json(await callEach(calls));
  }

  override alarm(): void {}
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

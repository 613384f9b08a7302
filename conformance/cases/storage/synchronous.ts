// The synchronous key-value calls.
import { DurableObject } from "cloudflare:workers";
import { callEach } from "./calls/each.ts";

export class Store extends DurableObject {
  override async fetch(): Promise<Response> {
    const { kv } = this.ctx.storage;
    const calls = {
      put: () => kv.put("one", 1),
      putMore: () => kv.put("two", { deep: [2] }),
      get: () => kv.get("one"),
      getMissing: () => kv.get("missing"),
      getNumber: () => kv.get(1 as unknown as string),
      putUndefined: () => kv.put(undefined as unknown as string, 1),
      getUndefined: () => kv.get(undefined as unknown as string),
      deleteUndefined: () => kv.delete(undefined as unknown as string),
      getList: () => kv.get(["one", "two"] as unknown as string),
      putObject: () => kv.put({ one: 1 } as unknown as string, 2),
      list: () => [...kv.list()],
      listPart: () => [...kv.list({ start: "a", end: "z", limit: 2, reverse: true })],
      listPrefix: () => [...kv.list({ prefix: "o", reverse: false })],
      listAfter: () => [...kv.list({ startAfter: "one" })],
      listNothing: () => [...kv.list({ start: "z", end: "a" })],
      listUnread: () => typeof kv.list(),
      delete: () => kv.delete("one"),
      deleteList: () => kv.delete(["one", "two"] as unknown as string),
      deleteMissing: () => kv.delete("missing"),
      isOwn: () => [Object.keys(kv), kv === this.ctx.storage.kv, Object.hasOwn(kv, "get")],
      enumerates: () => Object.keys(Object.getPrototypeOf(kv)),
    };
    return Response.json(await callEach(calls));
  }
}

export default {
  fetch: (_request, env) => env.OBJECTS.getByName("one").fetch("http://object/"),
} satisfies ExportedHandler<Env>;

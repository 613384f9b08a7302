// The asynchronous key-value calls, with their arguments in all forms, which all objects have whatever keeps their data.
import type { Calls } from "./each.ts";

export function keyValueCalls({ storage }: DurableObjectState): Calls {
  const unconfirmed = { allowUnconfirmed: true, allowConcurrency: true, noCache: true };
  return {
    put: () => storage.put("one", 1),
    putWithOptions: () => storage.put("two", { deep: [2] }, unconfirmed),
    putMany: () => storage.put({ three: 3, "four and more": "4" }),
    putManyWithOptions: () => storage.put({ five: 5 }, { allowUnconfirmed: false, noCache: false }),
    putNone: () => storage.put({}),
    get: () => storage.get("one"),
    putUndefined: () => storage.put(undefined as unknown as string, 1),
    getUndefined: () => storage.get(undefined as unknown as string),
    deleteUndefined: () => storage.delete(undefined as unknown as string),
    getMissing: () => storage.get("missing"),
    getWithOptions: () => storage.get("two", { allowConcurrency: true, noCache: true }),
    getMany: async () => [...(await storage.get(["one", "missing", "five"]))],
    getManyWithOptions: async () => [...(await storage.get(["three"], { noCache: false }))],
    getNone: async () => [...(await storage.get([]))],
    list: async () => [...(await storage.list())],
    listPart: async () => [...(await storage.list({ start: "f", end: "p", limit: 2, reverse: true }))],
    listPrefix: async () => [...(await storage.list({ prefix: "t", noCache: true, reverse: false }))],
    listAfter: async () => [...(await storage.list({ startAfter: "five", allowConcurrency: true }))],
    listNothing: async () => [...(await storage.list({ start: "z", end: "a" }))],
    delete: () => storage.delete("one"),
    deleteMissing: () => storage.delete("missing"),
    deleteMany: () => storage.delete(["two", "missing", "three"], { allowUnconfirmed: true }),
    deleteNone: () => storage.delete([]),
    atOnce: () => Promise.all([storage.put("six", 6), storage.get("six"), storage.get("five")]),
    sync: () => storage.sync(),
    deleteAll: () => storage.deleteAll(),
    deleteAllWithOptions: () => storage.deleteAll(unconfirmed),
  };
}

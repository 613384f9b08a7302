// Instrumented storage gives what storage gives, and shows no trace of us; what only workerd can show is in conformance.
import { describe, expect, it } from "vitest";
import { tracing } from "../../process.ts";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentStorage, type ObjectStorage } from "./durable-object-storage.ts";

type Entries = Map<string, unknown>;

/** Classes are made anew, for it is prototypes that are instrumented. */
function storageOf(entries: Entries = new Map(), objectId = "0123") {
  class Transaction {
    async get(key: string | string[]): Promise<unknown> {
      return Array.isArray(key) ? new Map(key.map((one) => [one, entries.get(one)])) : entries.get(key);
    }
    async put(key: string | object, value?: unknown): Promise<void> {
      if (value === undefined && typeof key === "string") throw new TypeError("undefined value");
      for (const [name, one] of typeof key === "string" ? [[key, value]] : Object.entries(key))
        entries.set(name as string, one);
    }
    async delete(key: string | string[]): Promise<unknown> {
      return Array.isArray(key) ? key.filter((one) => entries.delete(one)).length : entries.delete(key);
    }
    async list(_options?: unknown): Promise<Entries> {
      return new Map(entries);
    }
    async getAlarm(): Promise<unknown> {
      return entries.get("alarm") ?? null;
    }
    async setAlarm(time: number | Date): Promise<void> {
      entries.set("alarm", Number(time));
    }
    async deleteAlarm(): Promise<void> {}
    rollback(): void {}
  }
  class Kv {
    get(key: string): unknown {
      return entries.get(key);
    }
    put(key: string, value: unknown): void {
      entries.set(key, value);
    }
  }
  class Storage extends Transaction {
    readonly kv = new Kv();
    async sync(): Promise<void> {}
    async transaction(closure: (transaction: Transaction) => unknown): Promise<unknown> {
      return closure(new Transaction());
    }
  }
  const storage = new Storage();
  const before = Object.getOwnPropertyDescriptors(Storage.prototype);
  instrumentStorage(testRuntime().runtime, storage as unknown as ObjectStorage, objectId);
  return { storage, before, another: () => new Storage() };
}

const QUERY = "cloudflare.durable_object.kv.query";

describe("a storage call", () => {
  it.each<[string, (storage: ReturnType<typeof storageOf>["storage"]) => unknown, unknown, object]>([
    ["get", (s) => s.get("a"), 1, { [`${QUERY}.keys`]: "a", [`${QUERY}.keys.count`]: 1 }],
    [
      "get",
      (s) => s.get(["a", "b"]),
      new Map([
        ["a", 1],
        ["b", undefined],
      ]),
      { [`${QUERY}.keys`]: "a, b", [`${QUERY}.keys.count`]: 2 },
    ],
    ["put", (s) => s.put("c", { d: 1 }), undefined, { [`${QUERY}.keys`]: "c" }],
    [
      "put",
      (s) => (s.put as (...args: unknown[]) => unknown)({ c: 1, d: 2 }, { allowUnconfirmed: true }),
      undefined,
      { [`${QUERY}.keys`]: "c, d", [`${QUERY}.allow_unconfirmed`]: true },
    ],
    [
      "delete",
      (s) => s.delete(["a", "b"]),
      1,
      { [`${QUERY}.keys.count`]: 2, "cloudflare.durable_object.kv.response.deleted_count": 1 },
    ],
    ["delete", (s) => s.delete("b"), false, { "cloudflare.durable_object.kv.response.deleted_count": 0 }],
    [
      "list",
      (s) => s.list({ startAfter: "0", limit: 2, reverse: false, noCache: true }),
      new Map([["a", 1]]),
      {
        [`${QUERY}.startAfter`]: "0",
        [`${QUERY}.limit`]: 2,
        [`${QUERY}.reverse`]: false,
        [`${QUERY}.no_cache`]: true,
      },
    ],
    ["kv_get", (s) => s.kv.get("a"), 1, { "db.system.name": "cloudflare-durable-object-sql" }],
  ])("%s tells what was asked", async (name, call, expected, attributes) => {
    const { storage } = storageOf(new Map([["a", 1]]));
    const { result, root } = await record(() => call(storage));
    expect(result).toEqual({ status: "fulfilled", value: expected });
    expect(root?.children).toHaveLength(1);
    expect(root?.children[0]).toMatchObject({
      name: `durable_object_storage_${name}`,
      attributes: {
        "cloudflare.durable_object.id": "0123",
        "db.operation.name": name.replace("kv_", ""),
        ...attributes,
      },
    });
  });

  it("of an alarm tells when it is", async () => {
    const { storage } = storageOf();
    const { root } = await record(async () => {
      await storage.getAlarm();
      await storage.setAlarm(new Date(0));
      await storage.getAlarm();
    });
    const TIME = "cloudflare.durable_object.alarm.scheduled_time";
    expect(root?.children.map(({ name, attributes }) => [name, attributes[TIME]])).toEqual([
      ["durable_object_alarms_getAlarm", undefined],
      ["durable_object_alarms_setAlarm", "1970-01-01T00:00:00.000Z"],
      ["durable_object_alarms_getAlarm", "1970-01-01T00:00:00.000Z"],
    ]);
  });

  it("that fails does so unchanged, and its span says so", async () => {
    const { storage } = storageOf();
    const { result, root } = await record(() => storage.put("a"));
    expect(result).toMatchObject({ status: "rejected", reason: new TypeError("undefined value") });
    expect(root?.children[0]).toMatchObject({
      attributes: { "error.type": "TypeError" },
      status: { message: "undefined value" },
    });
  });

  it("outside of an invocation, and in one that is not sampled, goes straight through", async () => {
    const { storage } = storageOf(new Map([["a", 1]]));
    expect(storage.kv.get("a")).toBe(1);
    expect(await storage.get("a")).toBe(1);
    const unsampled = { traces: { enabled: true, headSamplingRate: 0 } };
    const { result, root } = await record(() => storage.kv.get("a"), unsampled);
    expect([result, root]).toEqual([{ status: "fulfilled", value: 1 }, undefined]);
  });
});

describe("storage", () => {
  it("looks as it did: own properties, keys of the prototype, names and lengths, methods that objects share", () => {
    const { storage, before, another } = storageOf();
    const prototype = Object.getPrototypeOf(storage);
    expect(Object.getOwnPropertyNames(storage)).toEqual(["kv"]);
    const facts = (descriptors: Record<string, PropertyDescriptor>) =>
      Object.entries(descriptors).map(([name, { value, enumerable, configurable, writable }]) => [
        [name, enumerable, configurable, writable],
        [value.name, value.length],
      ]);
    for (const fact of facts(before))
      expect(facts(Object.getOwnPropertyDescriptors(prototype))).toContainEqual(fact);
    expect(storage.sync).toBe(another().sync);
  });

  it("that we have not met has no spans", async () => {
    const { another } = storageOf();
    const { root } = await record(() => another().sync());
    expect(root?.children).toEqual([]);
  });

  it("of each object is that object's", async () => {
    const [one, two] = [storageOf(new Map(), "1"), storageOf(new Map(), "2")];
    const { root } = await record(() => Promise.all([one.storage.sync(), two.storage.sync()]));
    expect(root?.children.map(({ attributes }) => attributes["cloudflare.durable_object.id"])).toEqual([
      "1",
      "2",
    ]);
  });
});

it("a transaction's closure runs beside its span, with calls that have theirs", async () => {
  const { storage } = storageOf();
  const { result, root } = await record(() =>
    tracing.enterSpan("work", () =>
      storage.transaction(async (transaction) => {
        await transaction.put("a", 1);
        return tracing.enterSpan("inside", () => transaction.get("a"));
      }),
    ),
  );
  expect(result).toEqual({ status: "fulfilled", value: 1 });
  expect(shape(root)).toEqual([
    "root",
    [
      "work",
      ["durable_object_storage_transaction"],
      ["durable_object_storage_put"],
      ["inside", ["durable_object_storage_get"]],
    ],
  ]);
});

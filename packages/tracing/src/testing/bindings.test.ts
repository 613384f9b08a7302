// Fakes with spans: the fake gets just the calls that the program makes, the program just the answers of the fake.
import { describe, expect, it, vi } from "vitest";
import { d1Spans, kvSpans, queueSpans, r2Spans, recordTrace } from "./index.ts";
import "./vitest.ts";

describe("kvSpans", () => {
  it("makes the spans of a namespace for whatever methods the fake has", async () => {
    const order = { items: [1, 2] };
    const fake = { get: vi.fn(async (_key: string, _type?: unknown) => order) };
    const kv = kvSpans(fake, "ORDERS_KV");
    const trace = await recordTrace(() => kv.get("17", "json"));
    expect(trace.result).toBe(order);
    expect(fake.get.mock.calls).toEqual([["17", "json"]]);
    expect(trace).toMatchTree([
      "root",
      {
        name: "kv_get",
        kind: "client",
        attributes: {
          "cloudflare.binding.name": "ORDERS_KV",
          "cloudflare.kv.query.keys": "17",
          "cloudflare.kv.query.type": "json",
          "cloudflare.kv.response.size": JSON.stringify(order).length,
          "cloudflare.kv.response.returned_rows": 1,
        },
      },
    ]);
    expect("put" in kv).toBe(false);
  });

  it("knows missing entries, metadata, several keys, writes and lists", async () => {
    class Fake {
      // Private: the fake's methods must be called on the fake itself.
      readonly #entries = new Map<string, string>();
      async get(keys: string | string[]) {
        if (typeof keys === "string") return this.#entries.get(keys) ?? null;
        return new Map(keys.map((key) => [key, this.#entries.get(key) ?? null]));
      }
      async getWithMetadata(key: string) {
        return { value: this.#entries.get(key) ?? null, metadata: { by: "me" } };
      }
      async put(key: string, value: string, _options?: object) {
        this.#entries.set(key, value);
      }
      async delete(key: string) {
        this.#entries.delete(key);
      }
      async list(_options?: object) {
        return { keys: [...this.#entries.keys()].map((name) => ({ name })), list_complete: true };
      }
    }
    const kv = kvSpans(new Fake(), "KV");
    expect(kv).toBeInstanceOf(Fake);
    const trace = await recordTrace(async () => [
      await kv.put("a", "text", { expirationTtl: 60 }),
      await kv.get("a"),
      await kv.get("b"),
      await kv.getWithMetadata("a"),
      await kv.get(["a", "b"]),
      (await kv.list({ prefix: "a" })).keys,
      await kv.delete("a"),
    ]);
    expect(trace.result).toEqual([
      undefined,
      "text",
      null,
      { value: "text", metadata: { by: "me" } },
      new Map([
        ["a", "text"],
        ["b", null],
      ]),
      [{ name: "a" }],
      undefined,
    ]);
    expect(String(trace)).toMatchInlineSnapshot(`
      "root
        kv_put  cloudflare.binding.name="KV" cloudflare.kv.query.keys="a" cloudflare.kv.query.expiration_ttl=60
        kv_get  cloudflare.binding.name="KV" cloudflare.kv.query.keys="a"
        kv_get  cloudflare.binding.name="KV" cloudflare.kv.query.keys="b"
        kv_getWithMetadata  cloudflare.binding.name="KV" cloudflare.kv.query.keys="a"
        kv_get  cloudflare.binding.name="KV" cloudflare.kv.query.keys="a, b"
        kv_list  cloudflare.binding.name="KV" cloudflare.kv.query.prefix="a"
        kv_delete  cloudflare.binding.name="KV" cloudflare.kv.query.keys="a""
    `);
    expect(trace.findAll("kv_get")[2]?.attributes["cloudflare.kv.response.returned_rows"]).toBe(2);
    expect(trace.findAll("kv_get")[1]?.attributes).not.toHaveProperty("cloudflare.kv.response.size");
  });

  it("passes a fake's error on", async () => {
    const error = new Error("KV is down");
    const kv = kvSpans({ get: (_key: string) => Promise.reject(error) }, "KV");
    const trace = await recordTrace(() => kv.get("a"), { catch: true });
    expect(trace.error).toBe(error);
    expect(trace).toHaveSpan({ name: "kv_get", status: "error", exceptions: ["KV is down"] });
  });

  it("works as the fake does outside of a recording", async () => {
    expect(await kvSpans({ get: async (key: string) => key }, "KV").get("a")).toBe("a");
  });
});

describe("d1Spans", () => {
  it("makes one span a query, also where the fake has one statement for all", async () => {
    const statement = {
      bind: (..._values: unknown[]) => statement,
      first: async () => ({ id: 1 }),
      all: async () => ({ results: [], meta: { rows_read: 3 } }),
      run: async () => ({ meta: { changes: 1 } }),
    };
    const batched: unknown[][] = [];
    const fake = {
      prepare: (_sql: string) => statement,
      batch: async (statements: unknown[]) => {
        batched.push(statements);
        return statements.map(() => ({ meta: { rows_read: 1 } }));
      },
    };
    const db = d1Spans(fake, "DB");
    const trace = await recordTrace(async () => {
      const select = db.prepare("SELECT * FROM orders WHERE id = ?");
      const first = await select.bind(1).bind(2).first();
      await select.all();
      await db.batch([db.prepare("DELETE FROM a"), db.prepare("DELETE FROM b").bind(1)]);
      return first;
    });
    expect(trace.result).toEqual({ id: 1 });
    expect(batched).toEqual([[statement, statement]]);
    expect(batched[0]?.[0]).toBe(statement);
    expect(String(trace)).toMatchInlineSnapshot(`
      "root
        d1_first  db.query.text="SELECT * FROM orders WHERE id = ?" cloudflare.binding.name="DB"
        d1_all  db.query.text="SELECT * FROM orders WHERE id = ?" cloudflare.binding.name="DB"
        d1_batch  db.query.text="DELETE FROM a\\nDELETE FROM b" cloudflare.binding.name="DB""
    `);
    expect(trace.span("d1_all").attributes["cloudflare.d1.response.rows_read"]).toBe(3);
  });

  it("follows sessions", async () => {
    const session = {
      prepare: (_sql: string) => ({ first: async () => null }),
      batch: async () => [],
      getBookmark: () => "mark",
    };
    const db = d1Spans({ prepare: () => ({}), withSession: (_constraint: string) => session }, "DB");
    const trace = await recordTrace(() => db.withSession("first-primary").prepare("SELECT 1").first());
    expect(trace.span("d1_first").attributes).toMatchObject({
      "db.query.text": "SELECT 1",
      "cloudflare.d1.query.bookmark": "mark",
    });
  });
});

describe("r2Spans", () => {
  it("makes the spans of a bucket and of its uploads in parts", async () => {
    const upload = {
      key: "big",
      uploadId: "u",
      uploadPart: vi.fn(async (partNumber: number, _value: string) => ({ partNumber, etag: "e" })),
      complete: vi.fn(async (_parts: object[]) => ({ key: "big", size: 4 })),
    };
    const fake = {
      get: vi.fn(async (_key: string) => null),
      createMultipartUpload: vi.fn(async (_key: string) => upload),
      resumeMultipartUpload: vi.fn((_key: string, _uploadId: string) => upload),
    };
    const bucket = r2Spans(fake, "FILES");
    const trace = await recordTrace(async () => {
      await bucket.get("small");
      const begun = await bucket.createMultipartUpload("big");
      const part = await begun.uploadPart(1, "part");
      return bucket.resumeMultipartUpload("big", "u").complete([part]);
    });
    expect(trace.result).toEqual({ key: "big", size: 4 });
    expect(trace).toMatchTree([
      "root",
      "r2_get",
      "r2_createMultipartUpload",
      "r2_uploadPart",
      "r2_completeMultipartUpload",
    ]);
    expect(trace).toHaveSpan({
      name: "r2_uploadPart",
      attributes: { "cloudflare.binding.name": "FILES", "cloudflare.r2.request.key": "big" },
    });
    expect(Object.keys(upload)).toEqual(["key", "uploadId", "uploadPart", "complete"]);
    expect("put" in bucket).toBe(false);
  });
});

describe("queueSpans", () => {
  it("makes the spans of a producer, which sends just what the program sends", async () => {
    const fake = {
      send: vi.fn(async (_body: unknown) => {}),
      sendBatch: vi.fn(async (_all: object[]) => {}),
    };
    const queue = queueSpans(fake, "ORDERS");
    const trace = await recordTrace(async () => {
      await queue.send({ order: 1 });
      await queue.sendBatch([{ body: "a" }, { body: "b" }]);
    });
    expect(trace).toMatchTree([
      "root",
      { name: "queue_send", kind: "producer", attributes: { "cloudflare.binding.name": "ORDERS" } },
      { name: "queue_sendBatch", kind: "producer" },
    ]);
    expect(fake.send.mock.calls).toEqual([[{ order: 1 }]]);
    expect(fake.sendBatch.mock.calls).toEqual([[[{ body: "a" }, { body: "b" }]]]);
  });
});

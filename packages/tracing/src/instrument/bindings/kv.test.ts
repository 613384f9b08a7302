// What instrumented KV gives its caller is what the namespace gives, whatever is asked; the spans say what was asked.
import { describe, expect, it } from "vitest";
import { record, testRuntime } from "../../recorder.fixture.ts";
import { instrumentKv, type KvNamespace } from "./kv.ts";

/** A namespace in memory with the runtime's shapes and errors. */
class KvStub {
  readonly calls: unknown[][] = [];
  readonly entries: Record<string, string> = { text: "hé", json: '{"a":[1]}', bad: "{nope" };

  async get(...args: unknown[]): Promise<unknown> {
    this.calls.push(["get", ...args]);
    const read = await KvStub.prototype.getWithMetadata.apply(this, args);
    return read instanceof Map ? read : read.value;
  }
  async getWithMetadata(
    ...args: unknown[]
  ): Promise<{ value: unknown; metadata: unknown; cacheStatus: null }> {
    this.calls.push(["getWithMetadata", ...args]);
    const [key, options] = args as [string | string[], { type?: string } | string | undefined];
    if (Array.isArray(key)) return new Map(key.map((k) => [k, this.entries[k] ?? null])) as never;
    if (key === "") throw new TypeError("Key name cannot be empty.");
    const text = this.entries[key] ?? null;
    const type = typeof options === "string" ? options : options?.type;
    const value = text === null ? null : type === "json" ? JSON.parse(text) : text;
    return { value, metadata: key === "json" ? { m: 1 } : null, cacheStatus: null };
  }
  async put(...args: unknown[]): Promise<void> {
    this.calls.push(["put", ...args]);
  }
  async delete(): Promise<void> {}
  async list(): Promise<unknown> {
    return { keys: [{ name: "a" }], list_complete: false, cursor: "next", cacheStatus: null };
  }
}

function instrumented() {
  const stub = new KvStub();
  instrumentKv(testRuntime().runtime, stub as unknown as KvNamespace, "KV");
  return stub;
}

const READS: [args: unknown[], expected: unknown, attributes: Record<string, unknown>][] = [
  [["text"], "hé", { "cloudflare.kv.response.size": 3, "cloudflare.kv.response.returned_rows": 1 }],
  [["text", undefined], "hé", { "cloudflare.kv.query.type": undefined }],
  [["text", null], "hé", {}],
  [
    ["json", "json"],
    { a: [1] },
    {
      "cloudflare.kv.query.type": "json",
      "cloudflare.kv.response.size": 9,
      "cloudflare.kv.response.metadata": true,
    },
  ],
  [["json", { type: "json", cacheTtl: 60 }], { a: [1] }, { "cloudflare.kv.query.cache_ttl": 60 }],
  [["missing", "json"], null, { "cloudflare.kv.response.size": undefined }],
  [
    [["text", "missing"]],
    new Map([
      ["text", "hé"],
      ["missing", null],
    ]),
    {
      "cloudflare.kv.query.keys": "text, missing",
      "cloudflare.kv.query.keys.count": 2,
      "cloudflare.kv.response.returned_rows": 2,
    },
  ],
];

describe("reads", () => {
  it.each(READS)("get%j gives what the namespace gives, and a span", async (args, expected, attributes) => {
    const kv = instrumented();
    const { root, result } = await record(() => kv.get(...args));
    expect(result).toEqual({ status: "fulfilled", value: expected });
    expect(root?.children).toHaveLength(1);
    expect(root?.children[0]?.name).toBe("kv_get");
    for (const [key, value] of Object.entries(attributes))
      expect([key, root?.children[0]?.attributes[key]]).toEqual([key, value]);
  });

  it("getWithMetadata gives metadata and value", async () => {
    const kv = instrumented();
    const { root, result } = await record(() => kv.getWithMetadata("json", "json"));
    expect(result).toMatchObject({ value: { value: { a: [1] }, metadata: { m: 1 } } });
    expect(root?.children[0]).toMatchObject({
      name: "kv_getWithMetadata",
      attributes: { "db.operation.name": "get" },
    });
  });

  it("fail with the namespace's own errors, told on the span", async () => {
    const kv = instrumented();
    const { root, result } = await record(() => kv.get(""));
    expect((result as PromiseRejectedResult).reason).toBeInstanceOf(TypeError);
    expect(root?.children[0]).toMatchObject({
      attributes: { "error.type": "TypeError" },
      status: { code: 2 },
    });
    const bad = await record(() => kv.get("bad", "json"));
    expect((bad.result as PromiseRejectedResult).reason).toBeInstanceOf(SyntaxError);
    expect(bad.root?.children[0]?.attributes).toMatchObject({
      "error.type": "SyntaxError",
      "cloudflare.kv.response.size": 5,
    });
  });
});

it("describes puts, deletes and lists", async () => {
  const kv = instrumented();
  const { root } = await record(async () => {
    await kv.put("k", "hé", { expirationTtl: 60, metadata: { a: 1 } });
    await kv.put("k", new Uint8Array(4));
    await (kv.delete as (key: string) => Promise<void>)("k");
    await (kv.list as (options: object) => Promise<unknown>)({ prefix: "p", limit: 1 });
  });
  expect(root?.children.map(({ name, attributes }) => [name, attributes])).toMatchObject([
    [
      "kv_put",
      {
        "cloudflare.kv.query.expiration_ttl": 60,
        "cloudflare.kv.query.metadata": true,
        "cloudflare.kv.query.value_type": "text",
        "cloudflare.kv.query.payload.size": 3,
      },
    ],
    ["kv_put", { "cloudflare.kv.query.value_type": "ArrayBuffer", "cloudflare.kv.query.payload.size": 4 }],
    ["kv_delete", { "cloudflare.kv.query.keys": "k" }],
    [
      "kv_list",
      {
        "cloudflare.kv.query.prefix": "p",
        "cloudflare.kv.response.list_complete": false,
        "cloudflare.kv.response.cursor": "next",
        "cloudflare.kv.response.returned_rows": 1,
      },
    ],
  ]);
});

it("does nothing outside an invocation, and shows nothing of itself", async () => {
  const kv = instrumented();
  await expect(kv.get("text", "text")).resolves.toBe("hé");
  expect(kv.calls[0]).toEqual(["get", "text", "text"]);
  expect(Object.keys(kv)).toEqual(["calls", "entries"]);
  expect(kv).toBeInstanceOf(KvStub);
  expect(kv.get.name).toBe("get");
});

it("reads without a span, past the limit of spans, as it would without us", async () => {
  const stub = instrumented();
  const { result, root } = await record(() => stub.get("json", "json"), { maxSpansPerInvocation: 1 });
  expect(result).toEqual({ status: "fulfilled", value: { a: [1] } });
  expect(stub.calls[0]).toEqual(["get", "json", "json"]);
  expect(root?.children).toEqual([]);
});

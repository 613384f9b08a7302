// What an instrumented bucket gives its caller is what the bucket gives; the spans say what was asked. What workerd's own
// buckets answer is compared in conformance/.
import { describe, expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentEnv } from "../env.fixture.ts";

class UploadStub {
  readonly key: string;
  readonly uploadId: string;
  constructor(key: string, uploadId: string) {
    this.key = key;
    this.uploadId = uploadId;
  }
  async uploadPart(partNumber: number, ..._rest: unknown[]): Promise<object> {
    return { partNumber, etag: `part ${partNumber}` };
  }
  async abort(): Promise<void> {}
  async complete(_parts: unknown): Promise<object> {
    return objectOf(this.key);
  }
}

const objectOf = (key: string) => ({
  key,
  etag: "tag",
  size: 3,
  uploaded: new Date(0),
  storageClass: "Standard",
  ssecKeyMd5: undefined as string | undefined,
  httpMetadata: { contentType: "text/plain", cacheExpiry: new Date(1_000) },
  customMetadata: {},
  checksums: { toJSON: () => ({ md5: "5d", sha1: "51" }) },
});

/** A bucket in memory with the runtime's shapes and errors. */
class R2Bucket {
  readonly calls: unknown[][] = [];
  async head(...args: unknown[]): Promise<object | null> {
    this.calls.push(["head", ...args]);
    if (args[0] === "bad") throw new Error("head: The specified object name is not valid. (10020)");
    if (args[0] === "broken") throw new TypeError("Network connection lost.");
    return args[0] === "missing" ? null : objectOf(String(args[0]));
  }
  async get(key: string, options?: { onlyIf?: { etagMatches?: string } }): Promise<object | null> {
    const object = await this.head(key);
    return object && { ...object, ...(options?.onlyIf?.etagMatches !== "other" && { bodyUsed: false }) };
  }
  async put(...args: unknown[]): Promise<object | null> {
    this.calls.push(["put", ...args]);
    const [key, , options] = args as [string, unknown, { onlyIf?: object }?];
    return options?.onlyIf === undefined ? { ...objectOf(key), ssecKeyMd5: "md5" } : null;
  }
  async list(): Promise<object> {
    return { objects: [objectOf("a")], delimitedPrefixes: ["p/"], truncated: true, cursor: "next" };
  }
  async delete(..._keys: unknown[]): Promise<void> {}
  async createMultipartUpload(key: string, ..._rest: unknown[]): Promise<UploadStub> {
    return new UploadStub(key, "created");
  }
  resumeMultipartUpload(key: string, uploadId: string): UploadStub {
    return new UploadStub(key, uploadId);
  }
}

function instrumented(bucket = new R2Bucket()) {
  instrumentEnv(testRuntime().runtime, { BUCKET: bucket });
  return bucket;
}

/** The attributes of the one span that `call` makes. */
async function attributesOf(call: (bucket: R2Bucket) => unknown, bucket = instrumented()) {
  const { root, result } = await record(() => call(bucket));
  expect(root?.children).toHaveLength(1);
  return { ...(root?.children[0] as NonNullable<typeof root>), result };
}

const PREFIX = "cloudflare.r2";

describe("what is asked", () => {
  it.each<[string, (bucket: R2Bucket) => unknown, Record<string, unknown>]>([
    [
      "the key as the platform reads it",
      (b) => b.put(5 as never, ""),
      { "request.key": "5", "request.size": 0 },
    ],
    ["bytes of text", (b) => b.put("k", "hé"), { "request.size": 3 }],
    ["bytes of a view", (b) => b.put("k", new Uint16Array(3)), { "request.size": 6 }],
    ["bytes of a Blob", (b) => b.put("k", new Blob(["four"])), { "request.size": 4 }],
    ["nothing of what is not there", (b) => b.put("k", undefined), { "request.size": undefined }],
    ["nothing of null", (b) => b.put("k", null), { "request.size": undefined }],
    [
      "a checksum in bytes, in hexadecimal",
      (b) => b.put("k", "", { sha1: Uint8Array.of(0, 10, 255, 1).subarray(1, 3) }),
      { "request.checksum.type": "sha1", "request.checksum.value": "0aff" },
    ],
    [
      "a checksum in a buffer",
      (b) => b.put("k", "", { md5: Uint8Array.of(1, 2).buffer }),
      { "request.checksum.type": "md5", "request.checksum.value": "0102" },
    ],
    [
      "that there is a key for encryption, not the key",
      (b) => b.put("k", "", { ssecKey: "secret" }),
      { "request.ssec_key": true },
    ],
    [
      "that there is metadata, not the metadata",
      (b) => b.put("k", "", { customMetadata: { a: "b" } }),
      { "request.custom_metadata": true },
    ],
    [
      "metadata of HTTP",
      (b) => b.put("k", "", { httpMetadata: { cacheControl: "no-store", cacheExpiry: new Date(5) } }),
      { "request.http_metadata.cache_control": "no-store", "request.http_metadata.cache_expiry": 5 },
    ],
    [
      "metadata of HTTP in headers",
      (b) =>
        b.put("k", "", {
          httpMetadata: new Headers({ "content-language": "pl", expires: new Date(5_000).toUTCString() }),
        }),
      { "request.http_metadata.content_language": "pl", "request.http_metadata.cache_expiry": 5_000 },
    ],
    [
      "conditions",
      (b) =>
        b.get("k", {
          onlyIf: { etagMatches: "a", uploadedAfter: new Date(0), secondsGranularity: true },
        } as never),
      {
        "request.only_if.etag_matches": "a",
        "request.only_if.uploaded_after": "1970-01-01T00:00:00.000Z",
        "request.only_if.seconds_granularity": undefined,
      },
    ],
    [
      "conditions in headers",
      (b) =>
        b.get("k", {
          onlyIf: new Headers({
            "if-none-match": 'W/"a","b"',
            "if-modified-since": new Date(0).toUTCString(),
          }),
        } as never),
      {
        "request.only_if.etag_does_not_match": "a, b",
        "request.only_if.uploaded_after": "1970-01-01T00:00:00.000Z",
      },
    ],
    [
      "what is beside a condition that is no date",
      (b) => b.get("k", { onlyIf: new Headers({ "if-modified-since": "today" }) } as never),
      { "request.key": "k", "request.only_if.uploaded_after": undefined },
    ],
    ["a range", (b) => b.get("k", { range: { suffix: 2 } } as never), { "request.range.suffix": 2 }],
    [
      "a range in headers",
      (b) => b.get("k", { range: new Headers({ range: "bytes=1-" }) } as never),
      { "request.range": "bytes=1-" },
    ],
    ["keys", (b) => b.delete(["a", "b"]), { "request.keys": "a, b" }],
    [
      "a list's options, and no others",
      (b) =>
        (b.list as (options: object) => unknown)({
          limit: 1,
          startAfter: "a",
          include: ["httpMetadata"],
          other: 1,
        }),
      {
        "request.limit": 1,
        "request.start_after": "a",
        "request.include.http_metadata": true,
        "request.other": undefined,
        "response.returned_objects": 1,
        "response.delimited_prefixes": 1,
        "response.truncated": true,
        "response.cursor": "next",
      },
    ],
  ])("%s", async (_what, call, expected) => {
    const { attributes } = await attributesOf(call);
    for (const [name, value] of Object.entries(expected)) {
      expect([name, attributes[`${PREFIX}.${name}`]]).toEqual([name, value]);
    }
  });

  it.each<[string, (bucket: R2Bucket) => unknown]>([
    ["no key", (b) => (b.head as () => unknown)()],
    ["no value", (b) => b.put("k")],
    ["a value of another type", (b) => b.put("k", 12)],
    ["a part of no number", (b) => (b.resumeMultipartUpload("k", "id").uploadPart as () => unknown)()],
  ])("is no span where the platform refuses it at once: %s", async (_what, call) => {
    const bucket = instrumented();
    expect(shape((await record(() => call(bucket))).root)).toEqual(["root"]);
  });
});

describe("what is answered", () => {
  it("tells of the object, with one checksum by the catalogue's name and others by theirs", async () => {
    const { attributes, name } = await attributesOf((b) => b.put("k", "abc"));
    expect(name).toBe("r2_put");
    expect(attributes).toEqual({
      "cloudflare.binding.type": "r2",
      "cloudflare.binding.name": "BUCKET",
      "cloudflare.r2.operation": "PutObject",
      "cloudflare.r2.request.key": "k",
      "cloudflare.r2.request.size": 3,
      "cloudflare.r2.response.success": true,
      "cloudflare.r2.response.etag": "tag",
      "cloudflare.r2.response.size": 3,
      "cloudflare.r2.response.uploaded": "1970-01-01T00:00:00.000Z",
      "cloudflare.r2.response.storage_class": "Standard",
      "cloudflare.r2.response.content_type": "text/plain",
      "cloudflare.r2.response.cache_expiry": "1970-01-01T00:00:01.000Z",
      "cloudflare.r2.response.custom_metadata": true,
      "cloudflare.r2.response.ssec_key": true,
      "cloudflare.r2.response.checksum.type": "md5",
      "cloudflare.r2.response.checksum.value": "5d",
      "cloudflare.r2.response.checksum.sha1": "51",
    });
  });

  it.each<[string, (bucket: R2Bucket) => unknown, number | undefined]>([
    ["an object that is missing", (b) => b.get("missing"), 10007],
    ["one that is missing, of which only the head is asked", (b) => b.head("missing"), 10007],
    [
      "an object whose condition does not hold",
      (b) => b.get("k", { onlyIf: { etagMatches: "other" } }),
      10031,
    ],
    ["one whose condition holds", (b) => b.get("k", { onlyIf: { etagMatches: "tag" } }), undefined],
    ["a put whose condition does not hold", (b) => b.put("k", "", { onlyIf: {} }), 10031],
  ])("of %s says so, which is no error", async (_what, call, code) => {
    const { attributes, status, events } = await attributesOf(call);
    expect(attributes["cloudflare.r2.error.code"]).toBe(code);
    expect(attributes["cloudflare.r2.response.success"]).toBe(code === undefined);
    expect([status.code, events]).toEqual([0, []]);
  });

  it("keeps R2's errors, and tells what they say", async () => {
    const { attributes, status, result } = await attributesOf((b) => b.head("bad"));
    expect((result as PromiseRejectedResult).reason.message).toMatch(/\(10020\)$/);
    expect(status.code).toBe(2);
    expect(attributes).toMatchObject({
      "error.type": "The specified object name is not valid.",
      "cloudflare.r2.error.message": "The specified object name is not valid.",
      "cloudflare.r2.error.code": 10020,
      "cloudflare.r2.response.success": false,
    });
    const broken = await attributesOf((b) => b.head("broken"));
    expect(broken.attributes["error.type"]).toBe("TypeError");
    expect(broken.attributes).not.toHaveProperty("cloudflare.r2.error.code");
  });

  it("is not looked at where each field would be asked for, except for what a condition needs", async () => {
    const asked: PropertyKey[] = [];
    const object = new Proxy({}, { get: (_, field) => void asked.push(field) });
    class RemoteR2Bucket extends R2Bucket {
      override head = async () => object;
      override get = this.head;
      override put = this.head;
    }
    const bucket = instrumented(new RemoteR2Bucket());
    const { root } = await record(async () => {
      await bucket.head("k");
      await bucket.get("k", { onlyIf: {} });
      await bucket.put("k", "x");
    });
    expect(asked.filter((field) => field !== "then")).toEqual(["bodyUsed"]);
    expect(root?.children.map(({ attributes }) => attributes["cloudflare.r2.response.success"])).toEqual([
      true,
      false,
      true,
    ]);
  });
});

it("an upload's parts are spans, whether it was begun here or taken up again", async () => {
  const bucket = instrumented();
  const { root, result } = await record(async () => {
    const upload = await bucket.createMultipartUpload("k", { ssecKey: "secret" });
    const part = await upload.uploadPart(1, "abc", { ssecKey: "secret" });
    await upload.complete([part, { partNumber: 2 }]);
    await bucket.resumeMultipartUpload("other", "id").abort();
    return upload;
  });
  expect(root?.children.map(({ name, attributes }) => [name, attributes])).toMatchObject([
    [
      "r2_createMultipartUpload",
      { "cloudflare.r2.request.ssec_key": true, "cloudflare.r2.response.upload_id": "created" },
    ],
    [
      "r2_uploadPart",
      {
        "cloudflare.r2.operation": "UploadPart",
        "cloudflare.r2.request.key": "k",
        "cloudflare.r2.request.upload_id": "created",
        "cloudflare.r2.request.part_number": 1,
        "cloudflare.r2.request.size": 3,
        "cloudflare.r2.request.ssec_key": true,
        "cloudflare.r2.response.etag": "part 1",
      },
    ],
    [
      "r2_completeMultipartUpload",
      { "cloudflare.r2.request.uploaded_parts": "1, 2", "cloudflare.r2.response.size": 3 },
    ],
    [
      "r2_abortMultipartUpload",
      { "cloudflare.r2.request.key": "other", "cloudflare.r2.request.upload_id": "id" },
    ],
  ]);
  const upload = (result as PromiseFulfilledResult<UploadStub>).value;
  expect([upload instanceof UploadStub, Object.keys(upload)]).toEqual([true, ["key", "uploadId"]]);
});

it("hands on options that it cannot tell of, and stays whole", async () => {
  const bucket = instrumented();
  const cyclic: Record<string, unknown> = {};
  cyclic.limit = cyclic;
  const { root, result } = await record(async () => {
    const list = bucket.list as (options: unknown) => Promise<unknown>;
    await list.call(bucket, cyclic);
    await list.call(bucket, { prefix: Symbol("prefix"), limit: 1n });
    await list.call(bucket, { include: 5 });
  });
  expect(result.status).toBe("fulfilled");
  expect(shape(root)).toEqual(["root", ["r2_list"], ["r2_list"], ["r2_list"]]);
});

it("does nothing outside an invocation, and shows nothing of itself", async () => {
  const bucket = instrumented();
  await bucket.head("k", "more");
  expect(bucket.calls).toEqual([["head", "k", "more"]]);
  expect(Object.keys(bucket)).toEqual(["calls"]);
  expect(bucket).toBeInstanceOf(R2Bucket);
  expect([bucket.put.name, bucket.head.length]).toEqual(["put", R2Bucket.prototype.head.length]);
});

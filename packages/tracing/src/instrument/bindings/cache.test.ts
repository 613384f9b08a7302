// Every cache is traced through what it inherits, whoever has it since when; what it is asked and answers stays as it is.
// What workerd's own caches answer is compared in conformance/.
import { expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentCaches } from "./cache.ts";

function instrumented() {
  const calls: unknown[][] = [];
  class Cache {
    async put(...args: unknown[]): Promise<void> {
      calls.push(["put", ...args]);
      if ((args[1] as Response).bodyUsed) throw new TypeError("Body has already been used.");
    }
    async match(...args: unknown[]): Promise<Response | undefined> {
      calls.push(["match", ...args]);
      const url = args[0] instanceof Request ? args[0].url : String(args[0]);
      if (!url.endsWith("hit")) return undefined;
      return new Response(null, { status: 304, headers: { "cf-cache-status": "HIT" } });
    }
    async delete(input: string, _options?: object): Promise<boolean> {
      return input.endsWith("hit");
    }
  }
  const early = new Cache();
  instrumentCaches(testRuntime().runtime, Cache.prototype as never);
  return { calls, early, late: new Cache(), Cache };
}

const URL = "http://site/page?q=1";

it("a cache that the program has had from before is traced as a new one, and both stay what they are", async () => {
  const { early, late, Cache } = instrumented();
  const { root } = await record(async () => {
    await early.match(URL);
    await late.match(URL);
  });
  expect(shape(root)).toEqual(["root", ["cache_match"], ["cache_match"]]);
  expect([Object.keys(early), early instanceof Cache, early.match.name, early.match === late.match]).toEqual([
    [],
    true,
    "match",
    true,
  ]);
});

it("tells of requests, without who asks", async () => {
  const { early } = instrumented();
  const asked = new Request(URL);
  // Only workerd makes such requests.
  Object.defineProperty(asked, "url", { value: "http://user:pass@site/page?q=1" });
  const { root } = await record(async () => {
    await early.match(new Request("http://site/hit", { headers: { range: "bytes=1-2" } }), {
      ignoreMethod: true,
    });
    await early.match(asked);
    await early.match(new Request("http://site/hit", { method: "POST" }));
    await early.delete("http://site/hit");
    await early.delete("http://site/miss");
  });
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([
    {
      "cache.request.url": "http://site/hit",
      "cache.request.method": "GET",
      "cache.request.ignore_method": true,
      "cache.request.header.range": "bytes=1-2",
      "cache.response.success": true,
      "cache.response.status_code": 304,
      "cache.response.body.size": 0,
      "cache.response.cache_status": "HIT",
    },
    {
      "cache.request.url": "http://REDACTED:REDACTED@site/page?q=1",
      "cache.request.method": "GET",
      "cache.response.success": false,
      "cache.response.status_code": 504,
      "cache.response.body.size": 0,
      "cache.response.cache_status": "MISS",
    },
    { "cache.request.url": "http://site/hit", "cache.request.method": "POST" },
    {
      "cache.request.url": "http://site/hit",
      "cache.request.method": "GET",
      "cache.response.success": true,
      "cache.response.status_code": 200,
    },
    {
      "cache.request.url": "http://site/miss",
      "cache.request.method": "GET",
      "cache.response.success": false,
      "cache.response.status_code": 404,
    },
  ]);
});

it.each<[string, ResponseInit & { headers?: Record<string, string> }, boolean]>([
  ["says for how long it is good", { headers: { "cache-control": "public, s-maxage=60" } }, true],
  ["says until when it is good", { headers: { expires: "Wed, 18 May 2033 03:33:20 GMT" } }, true],
  ["says nothing", {}, true],
  ["is not there, without a word", { status: 404 }, true],
  ["is not to be stored", { headers: { "cache-control": "max-age=60, no-store" } }, false],
  ["is for one user", { headers: { "cache-control": "Private, max-age=60" } }, false],
  ["sets a cookie", { headers: { "cache-control": "max-age=60", "set-cookie": "a=b" } }, false],
  ["is an error", { status: 500, headers: { "cache-control": "max-age=60" } }, false],
])("a response that %s is kept accordingly", async (_what, init, success) => {
  const { early } = instrumented();
  const { root } = await record(() => early.put(URL, new Response("body", init)));
  const attributes = root?.children[0]?.attributes;
  expect(attributes?.["cache.response.success"]).toBe(success);
  expect(attributes?.["cache.request.payload.status_code"]).toBe(init.status ?? 200);
  expect(attributes?.["cache.request.payload.header.cache_control"]).toBe(init.headers?.["cache-control"]);
});

it("counts the response as HTTP, where the length of its body is known", async () => {
  const { early } = instrumented();
  const { root } = await record(() => early.put(URL, new Response(null, { headers: { a: "b" } })));
  const text = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\na: b\r\n\r\n";
  expect(root?.children[0]?.attributes["cache.request.payload.size"]).toBe(text.length);
});

it("reads no body, and hands on the very arguments", async () => {
  const { early, calls } = instrumented();
  const request = new Request("http://site/");
  const response = new Response(new ReadableStream());
  await record(() => early.put(request, response));
  expect(calls[0]?.[1]).toBe(request);
  expect(calls[0]?.[2]).toBe(response);
  expect([response.bodyUsed, response.body?.locked]).toEqual([false, false]);
});

it("leaves to the cache what is no request or no response", async () => {
  const { early } = instrumented();
  const { root } = await record(async () => {
    await (early.match as () => Promise<unknown>)();
    await Promise.allSettled([
      early.put(URL, Response.error()),
      early.put(URL, "text"),
      early.put("no url", new Response()),
    ]);
  });
  expect(shape(root)).toEqual(["root"]);
});

it("does nothing outside an invocation", async () => {
  const { early, calls } = instrumented();
  await early.match(URL);
  expect(calls).toEqual([["match", URL]]);
});

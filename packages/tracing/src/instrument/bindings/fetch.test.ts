// The instrumented fetch sends what the plain one would, with the trace's context, against a real server.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tracing } from "../../process.ts";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { Installation } from "../installation.ts";
import { instrumentWorker } from "../worker.ts";
import { ALL } from "./all.ts";
import { instrumentFetch } from "./fetch.ts";

let server: Server;
let url: string;
const received: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    received.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    if (request.url === "/reset") response.destroy();
    else response.writeHead(request.url === "/500" ? 500 : 200, { "content-length": "2" }).end("ok");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterAll(() => server.close());

const tracedFetch = instrumentFetch(testRuntime().runtime, globalThis.fetch);

async function send(...args: Parameters<typeof fetch>) {
  received.length = 0;
  const { root, result } = await record(async () => (await tracedFetch(...args)).text());
  return { result, span: root?.children[0], spans: root?.children.length, sent: received[0] };
}

it("carries no context to a target that is excluded, and is a span all the same", async () => {
  received.length = 0;
  const propagation = { exclude: ["127.0.0.1"] };
  const excluding = instrumentFetch(testRuntime({ propagation }).runtime, globalThis.fetch);
  const context = { traceState: "a=b", traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true };
  const start = { context: { parent: context, baggage: "c=d" } };
  const { root } = await record(async () => (await excluding(`${url}/plain`)).text(), {}, start);
  expect(shape(root)).toEqual(["root", ["fetch"]]);
  const names = Object.keys(received[0]?.headers ?? {});
  expect(names.filter((name) => /^(traceparent|tracestate|baggage)$/.test(name))).toEqual([]);
});

it("is left alone where nothing is traced: not even the decision not to is sent", async () => {
  const asked: unknown[][] = [];
  const plain = async (...args: unknown[]) => {
    asked.push(args);
    return new Response();
  };
  const traces = { enabled: false };
  const untraced = instrumentFetch(testRuntime({ traces }).runtime, plain as typeof fetch);
  const request = new Request(url);
  await record(() => untraced(request), { traces });
  expect(asked).toEqual([[request]]);
  expect(asked[0]?.[0]).toBe(request);
  expect([...request.headers.keys()]).toEqual([]);
});

describe("a call", () => {
  it("goes through a fetch of the program's own that has no members", async () => {
    const bare = new Proxy(globalThis.fetch, { get: () => undefined });
    const traced = instrumentFetch(testRuntime().runtime, bare);
    const { result } = await record(async () => (await traced(url)).text());
    expect(result).toMatchObject({ value: "ok" });
    expect(await (await traced(url)).text()).toBe("ok");
  });

  it("is a span that tells of request and response, and is the parent of what it reaches", async () => {
    const { span, sent } = await send(`${url}/plain?x=1`, {
      method: "post",
      body: "hé",
      headers: { accept: "a/b", "x-own": "1" },
    });
    expect(span?.name).toBe("fetch");
    expect(span?.attributes).toMatchObject({
      "http.request.method": "POST",
      "url.full": `${url}/plain?x=1`,
      "url.path": "/plain",
      "url.query": "x=1",
      "server.address": "127.0.0.1",
      "http.request.header.accept": "a/b",
      "http.request.header.content-type": "text/plain;charset=UTF-8",
      "http.response.status_code": 200,
      "http.response.body.size": 2,
    });
    expect(sent).toMatchObject({ method: "POST", body: "hé", headers: { "x-own": "1", accept: "a/b" } });
    expect(sent?.headers.traceparent).toBe(`00-${span?.wire.traceId}-${span?.wire.spanId}-01`);
  });

  it("leaves a traceparent of the caller's, and headers that can be read but once", async () => {
    const headers = new Map([
      ["traceparent", "mine"],
      ["x-own", "2"],
    ]).entries();
    const { sent } = await send(url, { headers: headers as unknown as Headers });
    expect(sent?.headers).toMatchObject({ traceparent: "mine", "x-own": "2" });
  });

  it("takes a Request with its body", async () => {
    const { sent, span } = await send(new Request(`${url}/request`, { method: "PUT", body: "body" }));
    expect(sent).toMatchObject({ method: "PUT", body: "body" });
    expect(span?.attributes["http.request.method"]).toBe("PUT");
  });

  it("keeps credentials of the URL to itself", async () => {
    const { span } = await send(new URL(url.replace("//", "//user:secret@"))).catch(() => ({
      span: undefined,
    }));
    expect(JSON.stringify(span?.attributes ?? {})).not.toContain("secret");
  });

  it("fails as the plain one does, and says so on its span", async () => {
    const { result, span } = await send(`${url}/reset`);
    expect((result as PromiseRejectedResult).reason).toBeInstanceOf(TypeError);
    expect(span).toMatchObject({ attributes: { "error.type": "TypeError" }, status: { code: 2 } });
  });

  it("is no span when nothing is sent", async () => {
    for (const args of [
      ["not a url"],
      [url, { method: "GET", body: "x" }],
      [url, { signal: AbortSignal.abort() }],
      ["data:text/plain,x"],
    ]) {
      const plain = await fetch(...(args as [string])).then(String, (error) => error.name);
      const { result, spans } = await send(...(args as [string]));
      expect(spans).toBe(0);
      if (result.status === "rejected") expect((result.reason as Error).name).toBe(plain);
    }
  });
});

describe("the trace context", () => {
  const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceState: "vendor=abc" };

  it("goes on with the caller's tracestate", async () => {
    received.length = 0;
    await record(
      async () => (await tracedFetch(url)).text(),
      {},
      { context: { parent: { ...parent, sampled: true } } },
    );
    expect(received[0]?.headers).toMatchObject({
      tracestate: "vendor=abc",
      traceparent: expect.stringMatching(/^00-a{32}-[0-9a-f]{16}-01$/),
    });
  });

  it("goes on where nothing is recorded, so that callees decide alike", async () => {
    received.length = 0;
    await record(
      async () => (await tracedFetch(url)).text(),
      {},
      { context: { parent: { ...parent, sampled: false } } },
    );
    expect(received[0]?.headers.traceparent).toMatch(/^00-a{32}-[0-9a-f]{16}-00$/);
  });

  it("carries the caller's baggage, unless the program sends its own", async () => {
    received.length = 0;
    const context = { baggage: "user=1;p, x = %20" };
    await record(
      async () => {
        await (await tracedFetch(url)).text();
        await (await tracedFetch(url, { headers: { baggage: "own=2" } })).text();
      },
      {},
      { context },
    );
    expect(received.map(({ headers }) => headers.baggage)).toEqual(["user=1;p, x = %20", "own=2"]);
  });

  it("is there below a span that has ended", async () => {
    const { root } = await record(async (context) => {
      tracing.enterSpan("ended", () => {
        context.waitUntil(Promise.resolve().then(async () => (await tracedFetch(url)).text()));
      });
    });
    expect(shape(root)).toEqual(["root", ["ended", ["fetch"]]]);
  });
});

describe("a request that is passed on", () => {
  const trace = "a".repeat(32);
  const headers = { traceparent: `00-${trace}-${"b".repeat(16)}-01`, tracestate: "vendor=abc" };

  /** What reaches the server where a Worker passes on the request that it got, after `change`. */
  async function passOn(
    incoming: "continue" | "link" | "ignore",
    change: (request: Request) => Request = (request) => request,
  ) {
    received.length = 0;
    const { runtime } = testRuntime({ propagation: { incoming } });
    const forward = instrumentFetch(runtime, globalThis.fetch);
    const worker = instrumentWorker(new Installation(runtime, runtime.config, ALL), {
      fetch: async (request: Request) => new Response(await (await forward(change(request))).text()),
    });
    await (await worker.fetch(new Request(url, { headers }))).text();
    return received[0]?.headers as IncomingHttpHeaders;
  }

  it("has us as its caller, in place of whoever sent it", async () => {
    const sent = await passOn("continue");
    expect(sent.traceparent).toMatch(new RegExp(`^00-${trace}-(?!b{16})[0-9a-f]{16}-01$`));
    expect(sent.tracestate).toBe("vendor=abc");
  });

  it.each(["link", "ignore"] as const)("begins a trace of ours when callers are to %s", async (incoming) => {
    const sent = await passOn(incoming);
    expect(sent.traceparent).toMatch(/^00-(?!a{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(sent.tracestate).toBeUndefined();
  });

  it("keeps a context that the program has put on it", async () => {
    const own = `00-${"c".repeat(32)}-${"d".repeat(16)}-01`;
    const sent = await passOn(
      "continue",
      (request) => new Request(request, { headers: { traceparent: own } }),
    );
    expect(sent.traceparent).toBe(own);
  });
});

it("is the plain fetch outside an invocation", async () => {
  received.length = 0;
  await (await tracedFetch(url)).text();
  expect(received[0]?.headers.traceparent).toBeUndefined();
});

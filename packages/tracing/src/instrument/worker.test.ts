// Objects of handlers of every legal form run as they would alone, and are traced. Classes: class.test.ts.
import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, it, vi } from "vitest";

import { type ConfigSource, check } from "../config.ts";
import { active } from "../process.ts";
import { plain, testRuntime } from "../recorder.fixture.ts";
import { Runtime } from "../runtime.ts";
import { ALL } from "./bindings/all.ts";
import type { bareContext } from "./handlers/context.ts";
import { Installation } from "./installation.ts";
import { RPC_METHOD } from "./rpc/path.ts";
import { instrumentWorker } from "./worker.ts";

type Fetching = { fetch(request: Request, env: object, context: object): Promise<Response> };

const request = () => new Request("http://worker.test/path");

async function serve(worker: unknown, event: unknown = request()) {
  const { runtime, bodies } = testRuntime();
  const wrapped = instrumentWorker(new Installation(runtime, runtime.config, ALL), worker) as Fetching;
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  const response = await wrapped.fetch(event as Request, {}, context);
  await Promise.all(waiting);
  return {
    text: await response.text(),
    traces: bodies.filter(({ url }) => url.endsWith("/v1/traces")).length,
  };
}

const hello = () => new Response("hello");

describe("an object of handlers", () => {
  it.each<[string, unknown]>([
    ["plain", { fetch: hello }],
    ["frozen", Object.freeze({ fetch: hello })],
    [
      "with a getter",
      {
        get fetch() {
          return hello;
        },
      },
    ],
    ["with an inherited handler", Object.create({ fetch: hello })],
    [
      "whose handler uses `this`",
      {
        text: "hello",
        fetch(this: { text: string }) {
          return new Response(this.text);
        },
      },
    ],
  ])("%s", async (_what, worker) => {
    expect(await serve(worker)).toEqual({ text: "hello", traces: 1 });
  });

  it("is left as it is", async () => {
    const worker = { fetch: hello };
    await serve(worker);
    expect(worker.fetch).toBe(hello);
  });
});

it("a request may be of a class of the server's own, and what is none goes to the handler alone", async () => {
  const { url, method, headers } = request();
  expect(await serve({ fetch: hello }, { url, method, headers })).toEqual({ text: "hello", traces: 1 });
  expect(await serve({ fetch: hello }, "http://worker.test/path")).toEqual({ text: "hello", traces: 0 });
});

describe("what an object of handlers shares over RPC", () => {
  const worker = {
    fetch: hello,
    greet(name: string, ...rest: unknown[]) {
      return [this === worker, name, rest.length];
    },
    answer: 42,
  };

  function shared() {
    const { runtime, bodies } = testRuntime();
    const waiting: Promise<unknown>[] = [];
    const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
    const installation = new Installation(runtime, runtime.config, ALL);
    const wrapped = instrumentWorker(installation, worker) as typeof worker & Record<string, unknown>;
    const methods = async () => {
      await Promise.all(waiting);
      return bodies.flatMap(({ body }) =>
        decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) =>
            spans
              .filter(({ parentSpanId }) => parentSpanId === "")
              .map(({ name, attributes }) => [name, plain(attributes)["cloudflare.jsrpc.method"]]),
          ),
        ),
      );
    };
    return { installation, wrapped, context, methods };
  }

  it("is an event where the runtime calls it, with env and the context after what was sent", async () => {
    const { wrapped, context, methods } = shared();
    expect(wrapped.greet("you", {}, context)).toEqual([true, "you", 2]);
    expect(await methods()).toEqual([["rpc", "greet"]]);
  });

  it("stays what it is, and has one method more, that spreading takes along", () => {
    const { installation, wrapped } = shared();
    expect(wrapped.answer).toBe(42);
    expect([wrapped.greet.name, wrapped.greet.length]).toEqual(["greet", 1]);
    expect(Object.keys({ ...wrapped })).toEqual(["fetch", "greet", "answer", RPC_METHOD]);
    expect(Object.keys(worker)).toEqual(["fetch", "greet", "answer"]);
    expect([...installation.runtime.carrying.keys()]).toEqual(["default"]);
  });
});

it("what an event's context leads to is instrumented: the Worker's exports, a Durable Object's storage", async () => {
  const { runtime, bodies } = testRuntime();
  class LoopbackServiceStub {}
  class Storage {
    async get(_key: string) {}
  }
  // The runtime's can be called, too.
  const stub = Object.assign(() => {}, { fetch: async () => hello() });
  Object.setPrototypeOf(stub, LoopbackServiceStub.prototype);
  const waiting: Promise<unknown>[] = [];
  const context = {
    id: "0123",
    exports: { Other: stub },
    storage: new Storage(),
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
  };
  const installation = new Installation(runtime, runtime.config, ALL);
  const worker = instrumentWorker(installation, {
    async fetch(_request: Request, _env: object, { exports, storage }: typeof context) {
      await storage.get("key");
      return (exports.Other.fetch as typeof fetch)("http://other/");
    },
  }) as unknown as Fetching;
  expect(await (await worker.fetch(request(), {}, context)).text()).toBe("hello");
  await Promise.all(waiting);
  const names = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  );
  expect(names).toEqual(["GET", "durable_object_storage_get", "fetch"]);
});

it("an object that is instrumented already is left as it is", () => {
  const { runtime } = testRuntime();
  const installation = new Installation(runtime, runtime.config, ALL);
  const wrapped = instrumentWorker(installation, { fetch: hello });
  expect(instrumentWorker(installation, wrapped)).toBe(wrapped);
});

describe("a configuration that a function reads from env", () => {
  const at = (source: ConfigSource) => {
    const warn = vi.fn();
    const { runtime, bodies } = testRuntime({}, { warn });
    const fresh = new Runtime(runtime.host, active);
    const worker = instrumentWorker(new Installation(fresh, check(source), ALL), {
      fetch: hello,
    } as unknown) as Fetching;
    return { worker, warn, bodies };
  };

  it("is read once, from the first event's", async () => {
    const read = vi.fn((env: { NAME: string }) => ({ serviceName: env.NAME }));
    const { worker, bodies } = at(read);
    const waiting: Promise<unknown>[] = [];
    const context = () => ({ waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) });
    await worker.fetch(request(), { NAME: "first" }, context());
    await worker.fetch(request(), { NAME: "second" }, context());
    await Promise.all(waiting);
    expect(read).toHaveBeenCalledExactlyOnceWith({ NAME: "first" });
    expect(bodies[0]?.body).toContain('"first"');
  });

  it.each([
    ["is wrong", () => ({ serviceName: "" }), "serviceName"],
    [
      "is a promise",
      (async () => ({ serviceName: "late" })) as unknown as ConfigSource,
      "not a promise of it\\.",
    ],
    [
      "cannot be read",
      () => {
        throw new Error("no such variable");
      },
      "no such variable",
    ],
  ])("that %s is told of once and stops no request", async (_what, source, message) => {
    const { worker, warn, bodies } = at(source);
    for (let i = 0; i < 2; i++) {
      const response = await worker.fetch(request(), {}, { waitUntil: () => {} });
      expect(await response.text()).toBe("hello");
    }
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(`^enterspan: .*${message}.*Nothing is traced`),
    );
    expect(bodies).toEqual([]);
  });
});

it("a handler called without a context has one all the same", async () => {
  const { runtime, bodies } = testRuntime();
  const worker = instrumentWorker(new Installation(runtime, runtime.config, ALL), {
    fetch(_request: Request, _env: unknown, context: ReturnType<typeof bareContext>) {
      context.waitUntil(Promise.resolve());
      context.passThroughOnException();
      return hello();
    },
  }) as unknown as { fetch(request: Request): Promise<Response> };
  expect(await (await worker.fetch(request())).text()).toBe("hello");
  await expect.poll(() => bodies.length).toBeGreaterThan(0);
});

it("the root of a request says what Cloudflare knows of it, and when its first byte was ready", async () => {
  const { runtime, bodies } = testRuntime();
  const worker = instrumentWorker(new Installation(runtime, runtime.config, ALL), {
    async fetch() {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return hello();
    },
  }) as unknown as { fetch(request: Request): Promise<Response> };
  const cf = { colo: "WAW", asn: 5617, verifiedBotCategory: "Search Engine Crawler" };
  await worker.fetch(Object.assign(request(), { cf }));
  await expect.poll(() => bodies.length).toBeGreaterThan(0);
  const [root] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  const attributes = plain(root?.attributes ?? []);
  expect(attributes).toMatchObject({
    "cloudflare.colo": "WAW",
    "cloudflare.asn": 5617,
    "cloudflare.verified_bot_category": "Search Engine Crawler",
  });
  expect(attributes["cloudflare.response.time_to_first_byte_ms"]).toBeGreaterThanOrEqual(4);
});

it("a handler that is replaced later is the one that is called", async () => {
  const { runtime } = testRuntime();
  const worker = { fetch: (_request: Request) => new Response("first") };
  const wrapped = instrumentWorker(new Installation(runtime, runtime.config, ALL), worker);
  worker.fetch = () => new Response("second");
  expect(await (await wrapped.fetch(request())).text()).toBe("second");
});

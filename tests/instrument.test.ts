// A Worker that instruments itself, as one that is deployed does: bundled and run by plain wrangler, configured from its
// `env`, exporting to a real backend. Its classes stay what they are, and each of their events leaves a trace.
import { join } from "node:path";
import type {
  TraceListResponse,
  TraceResponse,
  TraceSummary,
  WireLog,
  WireSpan,
} from "@enterspan/backend/contract";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTrace, type Shape, shape, temporaryDir, traceWhere } from "./enterspan.fixture.ts";
import { startPlain } from "./plain-wrangler.fixture.ts";

const folder = join(import.meta.dirname, "workers/deployed");

let state: Awaited<ReturnType<typeof temporaryDir>>;
let collector: Collector;
let worker: Awaited<ReturnType<typeof start>>;

async function start(name: string, alias: Record<string, string> = {}) {
  const { url, stop } = await startPlain({
    config: join(folder, "wrangler.jsonc"),
    vars: { COLLECTOR: collector.url },
    persist: join(state.path, name),
    alias,
  });
  return {
    url,
    text: async (path: string, init?: RequestInit) => (await fetch(url + path, init)).text(),
    stop,
  };
}

beforeAll(async () => {
  state = await temporaryDir();
  collector = await startCollector({
    port: 0,
    dataDir: join(state.path, "data"),
    portFlag: "--port",
    onLog: () => {},
  });
  worker = await start("with");
});

afterAll(async () => {
  await worker?.stop();
  await collector?.close();
  await state?.[Symbol.asyncDispose]();
});

/** Waits until the trace whose root is `name` has the spans that `expected` has, and returns it. */
async function expectTrace(name: string, expected: Shape): Promise<TraceResponse> {
  const { traceId } = await traceWhere(collector.url, ({ rootName }) => rootName === name);
  await expect.poll(async () => shape(await readTrace(collector.url, traceId))).toEqual([expected]);
  return readTrace(collector.url, traceId);
}

function attribute({ attributes }: WireSpan, key: string): unknown {
  return plain(attributes.find((one) => one.key === key)?.value ?? {});
}

/** Of an attribute or a log's message. */
function plain(value: WireLog["body"]): unknown {
  return Object.values(value)[0];
}

async function listTraces(): Promise<TraceSummary[]> {
  const response = await fetch(`${collector.url}/api/traces`);
  return ((await response.json()) as TraceListResponse).traces;
}

/** A WebSocket to the Worker, on which each message is answered by one. */
async function openSocket(path: string) {
  const socket = new WebSocket(worker.url.replace("http", "ws") + path);
  const heard = (event: string) => new Promise<Event>((resolve) => socket.addEventListener(event, resolve));
  await heard("open");
  return {
    async ask(message: string): Promise<unknown> {
      const answer = heard("message");
      socket.send(message);
      return ((await answer) as MessageEvent).data;
    },
    async close() {
      const closed = heard("close");
      socket.close(1000);
      await closed;
    },
  };
}

const called = (name: string, ...inside: Shape[]): Shape => [
  "durable_object_subrequest",
  ["fetch", [name, ...inside]],
];

/** What the counter does of a request. */
const counted = (name: string): Shape =>
  called("GET", ["durable_object_storage_put"], [`work of ${name}`], ["increment"]);

describe("a trace goes on where the Worker calls by fetch", () => {
  it("a Durable Object", async () => {
    expect(await worker.text("/call/a")).toBe("a 1");
    const { spans, logs } = await expectTrace("GET /call/a", ["GET", ["call", counted("a")]]);
    const subrequest = spans.find(({ name }) => name === "durable_object_subrequest") as WireSpan;
    const object = spans.filter(({ name }) => name === "GET")[1] as WireSpan;
    const id = attribute(subrequest, "cloudflare.durable_object.id");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(
      ["durable_object.id", "entrypoint", "execution_model", "handler_type"].map((key) =>
        attribute(object, `cloudflare.${key}`),
      ),
    ).toEqual([id, "Counter", "durableObject", "fetch"]);
    const spanOf = (text: string) =>
      spans.find(({ spanId }) => spanId === logs.find(({ body }) => plain(body) === text)?.spanId);
    await expect.poll(() => readTrace(collector.url, object.traceId)).toHaveProperty("logs.length", 2);
    expect(spanOf("a comes in")?.spanId).toBe(object.spanId);
    expect(spanOf("a works")?.name).toBe("work of a");
  });

  it("a Durable Object that a request is passed on to, in place of whoever sent it", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    await worker.text("/forward", { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } });
    await expect
      .poll(async () => shape(await readTrace(collector.url, traceId)))
      .toEqual([["GET", counted("forward")]]);
  });

  it("another entrypoint, through a binding or `ctx.exports`", async () => {
    expect(await worker.text("/greet/ada")).toBe("hello ada");
    await expectTrace("GET /greet/ada", ["GET", ["fetch", ["GET", ["greet"]]]]);
    expect(await worker.text("/exported/ada")).toBe("hello ada");
    await expectTrace("GET /exported/ada", ["GET", ["fetch", ["GET", ["greet"]]]]);
  });

  it("an entrypoint that holds its handler as a field", async () => {
    expect(await worker.text("/fields")).toBe("hello from fields, hello from a method");
    // Its method is called over RPC, which carries no context where the configuration does not say that it may.
    await expectTrace("GET /fields", ["GET", ["fetch", ["GET", ["field"]]], ["jsRpcSession", ["jsRpcCall"]]]);
  });

  it("objects of classes that extend nothing, wherever they keep their state", async () => {
    expect(await worker.text("/legacy")).toBe("legacy undefined");
    await expectTrace("GET /legacy", ["GET", called("GET", ["legacy", ["durable_object_storage_get"]])]);
    expect(await worker.text("/sealed")).toBe("sealed undefined");
    await expectTrace("GET /sealed", ["GET", called("GET", ["sealed", ["durable_object_storage_get"]])]);
  });

  it("and what the callee decides by it: the caller's sampling", async () => {
    const traceId = "00000000000000000000000000000abc";
    await worker.text("/greet/nobody", { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-00` } });
    // Sent after it, and stored before: had the other left anything, it would be there too.
    await worker.text("/greet/somebody");
    await expectTrace("GET /greet/somebody", ["GET", ["fetch", ["GET", ["greet"]]]]);
    expect((await fetch(`${collector.url}/api/traces/${traceId}`)).status).toBe(404);
  });
});

describe("a Durable Object's events are invocations", () => {
  it("which exchange neither spans nor logs when they run at once", async () => {
    const names = ["first", "second", "third"];
    await Promise.all(names.map((name) => worker.text(`/call/${name}?object=shared`)));
    for (const name of names) {
      const { traceId } = await expectTrace(`GET /call/${name}`, ["GET", ["call", counted(name)]]);
      await expect
        .poll(async () => (await readTrace(collector.url, traceId)).logs.map(({ body }) => plain(body)))
        .toEqual([`${name} comes in`, `${name} works`]);
    }
  });

  it("that make 10,000 calls of storage, which are as many spans", async () => {
    expect(await worker.text("/call/many?object=many")).toBe("10000");
    const { traceId } = await traceWhere(collector.url, ({ rootName }) => rootName === "GET /call/many");
    await expect
      .poll(async () => {
        const { spans } = await readTrace(collector.url, traceId);
        return spans.filter(({ name }) => name === "durable_object_storage_kv_get").length;
      })
      .toBe(10_000);
  });

  it("calls over RPC, and none for what the object calls itself", async () => {
    expect(await worker.text("/increment/5?object=rpc")).toBe("5");
    expect(await worker.text("/double/2")).toBe("4");
    const calls = async () => {
      const roots = (await listTraces()).filter(({ rootName }) => rootName === "rpc");
      const traces = await Promise.all(roots.map(({ traceId }) => readTrace(collector.url, traceId)));
      return traces.map((trace) => [
        attribute(trace.spans[0] as WireSpan, "cloudflare.jsrpc.method"),
        shape(trace),
      ]);
    };
    // Newest first. The constructor's calls are not among them, nor `super.increment()`.
    await expect.poll(calls).toEqual([
      ["increment", [["rpc", ["jsRpcCall", ["increment"]]]]],
      ["increment", [["rpc", ["jsRpcCall", ["increment"]]]]],
      ["greet", [["rpc", ["jsRpcCall"]]]],
    ]);
  });

  it("calls over RPC that fail, with the error that the caller gets", async () => {
    expect(await worker.text("/fail")).toBe("RangeError: no more");
    const { spans } = await traceWhere(
      collector.url,
      ({ errorCount, rootName }) => errorCount > 0 && rootName === "rpc",
    );
    expect(spans.map(({ name, status, events }) => [name, status.message, events.length])).toEqual([
      ["rpc", "no more", 0],
      ["jsRpcCall", "no more", 1],
    ]);
    expect(attribute(spans[0] as WireSpan, "cloudflare.outcome")).toBe("exception");
  });

  it("alarms", async () => {
    await worker.text("/wake?object=sleeper");
    const { spans } = await expectTrace("alarm", ["alarm", ["increment"]]);
    expect(attribute(spans[0] as WireSpan, "faas.trigger")).toBe("timer");
  });

  it("messages and ends of WebSockets that it has accepted to hibernate", async () => {
    const socket = await openSocket("/room/one");
    expect(await socket.ask("hello")).toBe("hello yourself");
    await socket.close();
    // What made the object is part of its first event.
    await expectTrace("GET /room/one", ["GET", called("GET", ["set up", ["durable_object_storage_sync"]])]);
    const events = async () => {
      const found = (await listTraces()).filter(({ rootName }) => rootName === "websocket");
      const all = await Promise.all(found.map(({ traceId }) => readTrace(collector.url, traceId)));
      return all
        .map(({ spans }) => [
          attribute(spans[0] as WireSpan, "enterspan.websocket.event"),
          ...spans.slice(1).map(({ name }) => name),
        ])
        .sort();
    };
    await expect.poll(events).toEqual([
      ["close", "close"],
      ["message", "answer"],
    ]);
  });

  it("that last as long as what they gave to `waitUntil`", async () => {
    expect(await worker.text("/call/wait")).toBe("waiting");
    const { spans } = await expectTrace("GET /call/wait", ["GET", ["call", called("GET", ["waited for"])]]);
    const waited = spans.find(({ name }) => name === "waited for") as WireSpan;
    expect(attribute(waited, "enterspan.unfinished")).toBeUndefined();
  });
});

describe("a Worker does the same with tracing as without", () => {
  it("a Durable Object hibernates after 10 s without an event, and whatever its events have left", async () => {
    const socket = await openSocket("/room/hibernating");
    const made = Number(await socket.ask("how often were you made"));
    // There is nothing to wait for but the end of a silence.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    expect(Number(await socket.ask("how often were you made"))).toBe(made + 1);
    await socket.close();
  });

  it("what its classes are, and what it answers", async () => {
    const without = await start("without", { "@enterspan/tracing": join(folder, "src/without.ts") });
    try {
      const paths = ["identity", "increment/2", "double/3", "fail", "greet/you", "exported/you", "fields"];
      for (const path of [...paths, "legacy", "sealed", "call/once", "nothing"]) {
        const asked = `/${path}?object=compared`;
        expect(await worker.text(asked), path).toBe(await without.text(asked));
      }
      expect(JSON.parse(await worker.text("/identity"))).toMatchObject({
        isCounter: true,
        isDurableObject: true,
        ready: "ready at once",
      });
    } finally {
      await without.stop();
    }
  });
});

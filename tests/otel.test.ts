// Libraries that are instrumented with OpenTelemetry, in a Worker that instruments itself: what they tell arrives at a
// real backend in the Worker's own traces, on workerd and on Node.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TraceResponse, WireSpan } from "@enterspan/backend/contract";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import { type Collector, startCollector } from "enterspan";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTrace, shape, temporaryDir } from "./enterspan.fixture.ts";
import { type PlainWorker, startPlain } from "./plain-wrangler.fixture.ts";

const folder = join(import.meta.dirname, "workers/otel");

let state: Awaited<ReturnType<typeof temporaryDir>>;
let collector: Collector;
let upstream: Server;
let upstreamUrl: string;
/** The `traceparent` headers that each request to the upstream server came with. */
const arrived: string[][] = [];

beforeAll(async () => {
  state = await temporaryDir();
  collector = await startCollector({
    port: 0,
    dataDir: join(state.path, "data"),
    portFlag: "--port",
    onLog: () => {},
  });
  upstream = createServer((request, response) => {
    arrived.push(request.headersDistinct.traceparent ?? []);
    response.writeHead(request.url === "/nothing" ? 404 : 200).end("7");
  }).listen(0, "127.0.0.1");
  await once(upstream, "listening");
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as { port: number }).port}`;
});

afterAll(async () => {
  upstream?.close();
  await collector?.close();
  await state?.[Symbol.asyncDispose]();
});

const CALLER = "00f067aa0ba902b7";
let requests = 0;

/** Sends a request that begins a trace, and waits until that has `count` spans. */
async function traced(send: Ask, path: string, count: number) {
  arrived.length = 0;
  const traceId = `4bf92f3577b34da6a3ce929d0e0e${String(++requests).padStart(4, "0")}`;
  const response = await send(path, { traceparent: `00-${traceId}-${CALLER}-01`, "x-kind": "test" });
  const text = await response.text();
  const read = () => fetch(`${collector.url}/api/traces/${traceId}`).then((answer) => answer.json());
  await expect.poll(async () => ((await read()) as Partial<TraceResponse>).spans?.length).toBe(count);
  return { text, status: response.status, trace: await readTrace(collector.url, traceId) };
}

type Ask = (path: string, headers: Record<string, string>) => Promise<Response>;

function attributesOf(span: WireSpan): Record<string, unknown> {
  return Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function spanNamed({ spans }: TraceResponse, name: string): WireSpan {
  return spans.find((span) => span.name === name) as WireSpan;
}

const scopeOf = ({ scopes }: TraceResponse, span: WireSpan) => scopes[span.scope];

const ROUTE = "GET /prices/:item";

function describeWorker(send: Ask): void {
  it("puts spans of Hono's middleware and of a library into the Worker's tree", async () => {
    const { text, trace } = await traced(send, "/prices/tea", 6);
    expect(text).toBe("7");
    expect(shape(trace)).toEqual([["GET", [ROUTE, ["handle", ["price", ["lookup", ["fetch"]]]]]]]);
    const [root, route, price] = [
      trace.spans[0] as WireSpan,
      spanNamed(trace, ROUTE),
      spanNamed(trace, "price"),
    ];
    expect(root.parentSpanId).toBe(CALLER);
    expect(route).toMatchObject({ kind: 2, links: [], status: { code: 0 } });
    expect([scopeOf(trace, route)?.name, scopeOf(trace, price)]).toMatchObject([
      "@hono/otel",
      { name: "prices", version: "2.0.0" },
    ]);
    expect(attributesOf(route)).toMatchObject({
      "http.request.method": "GET",
      "http.route": "/prices/:item",
      "http.request.header.x-kind": "test",
    });
    expect(price).toMatchObject({
      kind: 3,
      events: [{ name: "loaded" }],
    });
    const starts = ["price", "lookup", "fetch"].map((name) =>
      BigInt(spanNamed(trace, name).startTimeUnixNano),
    );
    expect(starts).toEqual(starts.toSorted((a, b) => Number(a - b)));
    expect(attributesOf(spanNamed(trace, "handle")).price).toBe("7");
    expect(arrived).toEqual([[`00-${root.traceId}-${spanNamed(trace, "fetch").spanId}-01`]]);
    await expect
      .poll(async () => (await readTrace(collector.url, root.traceId)).logs.map(({ spanId }) => spanId))
      .toEqual([spanNamed(trace, "handle").spanId]);
  });

  it("keeps what they say of an error", async () => {
    const { status, trace } = await traced(send, "/prices/nothing", 6);
    expect(status).toBe(500);
    const failed = { code: 2, message: "no price of nothing" };
    const price = spanNamed(trace, "price");
    expect(price).toMatchObject({ status: failed, events: [{ name: "loaded" }, { name: "exception" }] });
    // The error crosses this one, which says so and leaves the event to the span that has it.
    expect(spanNamed(trace, "handle")).toMatchObject({ status: failed, events: [] });
    expect(spanNamed(trace, ROUTE)).toMatchObject({ status: { code: 2 }, events: [{ name: "exception" }] });
    expect(trace.spans[0]).toMatchObject({ status: { code: 2 } });
  });
}

describe("on workerd", () => {
  let worker: PlainWorker;

  beforeAll(async () => {
    worker = await startPlain({
      config: join(folder, "wrangler.jsonc"),
      vars: { COLLECTOR: collector.url, UPSTREAM: upstreamUrl },
      persist: join(state.path, "workerd"),
    });
  });

  afterAll(() => worker?.stop());

  describeWorker((path, headers) => fetch(worker.url + path, { headers }));
});

describe("on Node", () => {
  interface Worker {
    fetch(request: Request, env: object): Promise<Response>;
  }

  let worker: Worker;

  beforeAll(async () => {
    const module = (await import(pathToFileURL(join(folder, "src/index.ts")).href)) as { default: Worker };
    worker = module.default;
  });

  const send: Ask = (path, headers) =>
    worker.fetch(new Request(`http://worker.test${path}`, { headers }), {
      COLLECTOR: collector.url,
      UPSTREAM: upstreamUrl,
    });

  describeWorker(send);

  it("makes two spans of a fetch that undici's instrumentation sees too, and sends one context", async () => {
    const undici = new UndiciInstrumentation();
    undici.enable();
    try {
      const { trace } = await traced(send, "/prices/tea", 7);
      expect(shape(trace)).toEqual([["GET", [ROUTE, ["handle", ["price", ["lookup", ["fetch", ["GET"]]]]]]]]);
      const fetched = spanNamed(trace, "fetch");
      const seen = trace.spans.find(({ parentSpanId }) => parentSpanId === fetched.spanId) as WireSpan;
      expect([seen.kind, scopeOf(trace, seen)?.name]).toEqual([3, "@opentelemetry/instrumentation-undici"]);
      expect(attributesOf(seen)["http.response.status_code"]).toBe(
        attributesOf(fetched)["http.response.status_code"],
      );
      expect(arrived).toEqual([[`00-${fetched.traceId}-${fetched.spanId}-01`]]);
    } finally {
      undici.disable();
    }
  });
});

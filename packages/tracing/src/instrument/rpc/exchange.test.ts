// What is lent over RPC and called from the other side, and what is received: whose spans those calls are. How the runtime
// passes it on is compared in conformance/.
import { decodeTracesJson } from "@enterspan/otlp";
import { describe, expect, it } from "vitest";
import { active, tracing } from "../../process.ts";
import { plain, record, testRuntime } from "../../recorder.fixture.ts";
import type { Span } from "../../span.ts";
import { SERVER } from "../../span-record.ts";
import { RpcTarget } from "../../workers/rpc.ts";
import { fromOutside } from "../from-outside.fixture.ts";
import { runRpc } from "../handlers/event.ts";
import { HANDLERS_OBJECT } from "../handlers/receiver.ts";
import { runInvocation } from "../handlers/run.ts";
import { instrumentStub } from "./calls.ts";
import { Exchange } from "./exchange.ts";
import { peerOf } from "./peers.ts";
import { Fetcher, stubOf } from "./stub.fixture.ts";

const PARENT = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: true, traceState: "k=v" };
const UNSAMPLED = { ...PARENT, sampled: false };

function setUp(parent = PARENT) {
  const { runtime, bodies } = testRuntime();
  const exchange = new Exchange(runtime);
  const waiting: Promise<unknown>[] = [];
  const context = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) };
  return {
    /** What is sent in the place of `value` by an event of that name. */
    async lend<T>(value: T, name = "lender"): Promise<T> {
      let sent: T | undefined;
      await runInvocation(runtime, { name, kind: SERVER, context: { parent } }, context, () => {
        sent = exchange.lend(value, active.getStore() as Span);
      });
      return sent as T;
    },
    /** What a call of a method gives its caller. */
    event: <T>(args: unknown[], call: () => T): T =>
      runRpc(runtime, { name: "method", context, receiver: HANDLERS_OBJECT }, args, call),
    /** How much its events have given to `waitUntil`. */
    waiting: () => waiting.length,
    /** All spans so far, each with the method that was called, its outcome, and the name of its parent. */
    async spans() {
      for (let i = 0; i < waiting.length; i++) await waiting[i];
      const spans = bodies.flatMap(({ body }) =>
        decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((one) => one.spans),
        ),
      );
      const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
      return spans.map(({ name, attributes, parentSpanId, traceState, traceId }) => ({
        name,
        method: plain(attributes)["cloudflare.jsrpc.method"],
        outcome: plain(attributes)["cloudflare.outcome"],
        parent: names.get(parentSpanId) ?? parentSpanId,
        traceState,
        isOfTrace: traceId === PARENT.traceId,
      }));
    },
  };
}

/** Of a class of its own: what instances of one class have in common is the first event's. */
function makeCounter() {
  return new (class Counter extends RpcTarget {
    #count = 0;
    add(by: number) {
      this.#count += by;
      return this.#count;
    }
  })();
}

describe("a function that is lent", () => {
  it("is a part of what has lent it when it is called, with all that is made there", async () => {
    const { lend, spans } = setUp();
    const sent = await lend((by: number) => tracing.enterSpan("inside", () => by + 1));
    expect(sent(1)).toBe(2);
    expect(await spans()).toEqual([
      { name: "lender", outcome: "ok", parent: PARENT.spanId, traceState: "k=v", isOfTrace: true },
      { name: "jsRpcCall", method: "(this)", parent: "lender", traceState: "k=v", isOfTrace: true },
      { name: "inside", parent: "jsRpcCall", traceState: "", isOfTrace: true },
    ]);
  });

  it("keeps what has lent it alive until what it does is sent", async () => {
    const { lend, waiting } = setUp();
    const sent = await lend(() => {});
    const before = waiting();
    sent();
    expect(waiting()).toBe(before + 1);
  });

  it("is found in objects and lists, and in what promises give, the runtime's too", async () => {
    const { lend, spans } = setUp();
    const call = () => "called";
    const [first, second] = await lend([call, { a: { call } }] as const);
    const soon = await (await lend({ promise: Promise.resolve({ call }) })).promise;
    expect(soon.call, "inside of another object").toBe(call);
    const third = await lend(Promise.resolve({ call }));
    const fourth = (await lend(stubOf({ given: { call } }).given)) as { call: typeof call };
    for (const one of [first, second.a.call, third.call, fourth.call]) expect(one()).toBe("called");
    const names = (await spans()).map(({ name }) => name);
    expect(names.filter((name) => name === "jsRpcCall")).toHaveLength(4);
  });

  it.each<[string, (call: () => void) => unknown]>([
    ["in what is no plain object", (call) => Object.assign(Object.create({}) as object, { call })],
    ["with its own way to be duplicated", (call) => Object.assign(call, { dup() {} })],
  ])("goes by as it is where it lies %s", async (_, hold) => {
    const value = hold(() => {});
    expect(await setUp().lend(value)).toBe(value);
  });

  it("goes by as it is where it lies in what throws when it is looked at", async () => {
    const value = new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error("looked at");
        },
      },
    );
    const sent = await setUp().lend([value]);
    expect(sent[0]).toBe(value);
  });

  it("goes by as it is where nothing is recorded", async () => {
    const call = () => {};
    expect(await setUp(UNSAMPLED).lend(call)).toBe(call);
  });

  it("lends what it returns, and receives what it is given", async () => {
    const { lend, spans } = setUp();
    const sent = await lend(async (stub: { ask(): Promise<unknown> }) => {
      await stub.ask();
      return () => "inner";
    });
    const inner = await sent(stubOf({ ask: () => "asked" }));
    expect(inner()).toBe("inner");
    expect((await spans()).map(({ name, method, parent }) => [name, method, parent])).toEqual([
      ["lender", undefined, PARENT.spanId],
      ["jsRpcCall", "(this)", "lender"],
      ["jsRpcCall", "ask", "jsRpcCall"],
      ["jsRpcCall", "(this)", "lender"],
    ]);
  });
});

describe("a target that is lent", () => {
  it("is an event for whoever calls it from outside, and itself for the program", async () => {
    const { lend, spans } = setUp();
    const counter = makeCounter();
    expect(await lend(counter)).toBe(counter);
    expect(await fromOutside(counter, counter.add, 1)).toBe(1);
    expect(counter.add(1)).toBe(2);
    expect((await spans()).map(({ method, parent }) => [method, parent])).toEqual([
      [undefined, PARENT.spanId],
      ["add", "lender"],
    ]);
  });

  it("has methods that the program knows by identity in its events", async () => {
    const { lend } = setUp();
    const counter = makeCounter();
    await lend(counter);
    const sent = await lend(() => counter.add === counter.constructor.prototype.add);
    expect(sent()).toBe(true);
  });

  it("has the class that it had", async () => {
    class Kept extends RpcTarget {}
    const target = new Kept();
    await setUp().lend(target);
    expect(target.constructor).toBe(Kept);
  });

  it("by two events belongs to neither: its calls begin traces of their own", async () => {
    const { lend, spans } = setUp();
    const counter = makeCounter();
    await lend(counter, "one");
    await lend(counter, "other");
    await fromOutside(counter, counter.add, 1);
    const [, , call] = await spans();
    expect(call).toEqual({ name: "jsRpcCall", method: "add", parent: "", traceState: "", isOfTrace: false });
  });
});

describe("of services that come over RPC", () => {
  const spanOf = (spanId: string) => ({ spanContext: () => ({ spanId }) }) as Span;
  const taking = (services: object[]) =>
    services.map((one) => {
      const { isInstrumented, mayHave } = peerOf.get(one) ?? {};
      return mayHave === undefined ? isInstrumented : "may";
    });

  it("those take the context of which their sender has told it, and others may", () => {
    const services = [new Fetcher(), new Fetcher(), new Fetcher()];
    const [first, second, third] = services;
    const value = [first, { second }, third];
    new Exchange(testRuntime().runtime).receive(value, spanOf(PARENT.spanId), "10");
    // What lies deeper is found later.
    expect(taking(services)).toEqual([true, "may", false]);
  });

  it("none does that a caller gives who does not carry it, or that a callee gives who does not take it", async () => {
    const { event } = setUp();
    const [given, result] = [new Fetcher(), new Fetcher()];
    await event([given], () => {});
    const exchange = new Exchange(testRuntime().runtime);
    const stub = stubOf({ get: () => result });
    instrumentStub(exchange, stub, { kind: "fetcher", peer: { isInstrumented: false, isOwn: false } });
    await record(() => stub.get());
    expect(taking([given, result])).toEqual([false, false]);
  });

  it("one is traced once, whatever is told later", async () => {
    const exchange = new Exchange(testRuntime().runtime);
    const service = new Fetcher();
    exchange.receive(service, spanOf(PARENT.spanId), "1");
    const { fetch } = service;
    exchange.receive(service, spanOf(PARENT.spanId), "0");
    expect([service.fetch === fetch, taking([service])]).toEqual([true, [true]]);
  });

  it("a result's are told of to the caller in this isolate, by the span of its call", async () => {
    const { runtime } = testRuntime();
    const exchange = new Exchange(runtime);
    const given = new Fetcher();
    peerOf.set(given, { isInstrumented: true, isOwn: true });
    const event = (spanId: string) =>
      runRpc(
        runtime,
        { name: "method", context: { waitUntil() {} }, receiver: HANDLERS_OBJECT },
        [],
        async () => ({ given }),
        { operation: "call", from: { parent: { ...PARENT, spanId } } },
      );
    await event("called");
    const [there, elsewhere, tooLate] = [new Fetcher(), new Fetcher(), new Fetcher()];
    exchange.receive({ there }, spanOf("called"));
    exchange.receive({ elsewhere }, spanOf("another"));
    for (let i = 0; i < 256; i++) await event(`later ${i}`);
    exchange.receive({ tooLate }, spanOf("called"));
    expect(taking([there, elsewhere, tooLate])).toEqual([true, "may", "may"]);
  });
});

it("an event over RPC receives what it is given, and lends what it gives", async () => {
  const { event, spans } = setUp();
  const given = stubOf({ ask: () => "asked" });
  const inner = await event([given], async () => {
    await given.ask();
    return () => "inner";
  });
  expect(inner()).toBe("inner");
  expect((await spans()).map(({ name, method, parent }) => [name, method, parent])).toEqual([
    ["rpc", "method", ""],
    ["jsRpcCall", "method", "rpc"],
    ["jsRpcCall", "ask", "jsRpcCall"],
    ["jsRpcCall", "(this)", "rpc"],
  ]);
});

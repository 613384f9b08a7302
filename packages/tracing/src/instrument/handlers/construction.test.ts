// Constructors of Durable Objects: what they do belongs to the first event, whatever comes of it, and is never lost.
import { decodeLogsJson, decodeTracesJson, type Span as WireSpan } from "@enterspan/otlp";
import { describe, expect, it, vi } from "vitest";
import type { TracingConfig } from "../../config.ts";
import type { Host } from "../../host.ts";
import { recordLog } from "../../logs.ts";
import { active, tracing } from "../../process.ts";
import { testRuntime } from "../../recorder.fixture.ts";
import { DurableObject } from "../../workers/entrypoints.ts";
import { ALL } from "../bindings/all.ts";
import { Installation } from "../installation.ts";
import { instrumentWorker } from "../worker.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

const request = (flags?: "00" | "01") =>
  new Request("http://object/", {
    headers: flags === undefined ? {} : { traceparent: `00-${TRACE}-${PARENT}-${flags}` },
  });

/** Short, but longer than what happens in a test. */
const shortly = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms / 5));

function setUp(config: Partial<TracingConfig> = {}, host: Partial<Host> = {}) {
  const { runtime, bodies } = testRuntime(config, { sleep: shortly, ...host });
  const installation = new Installation(runtime, runtime.config, ALL);
  const waiting: Promise<unknown>[] = [];
  const context = {
    id: "0123",
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
    blockConcurrencyWhile: async <T>(callback: () => Promise<T>) => {
      const result = callback();
      blocking = result;
      return result;
    },
  };
  let blocking: Promise<unknown> | undefined;
  return {
    context,
    /** As the runtime keeps events waiting. */
    blocked: () => blocking,
    instrument: <T>(exported: T) => instrumentWorker(installation, exported),
    async sent() {
      for (let i = 0; i < waiting.length; i++) await waiting[i];
      return read();
    },
    read,
  };

  /** What has been sent so far. */
  function read() {
    const spans = bodies
      .filter(({ url }) => url.endsWith("/v1/traces"))
      .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    const logs = bodies
      .filter(({ url }) => url.endsWith("/v1/logs"))
      .flatMap(({ body }) => decodeLogsJson(body).resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    return { spans, logs, names: spans.map(({ name }) => name) };
  }
}

/** Of a runtime that stops what an object that failed still waits for. */
const STOPPED: Partial<Host> = {
  sleep: (ms) => new Promise((resolve) => void (ms < 1_000 && setImmediate(resolve))),
};

type Context = ReturnType<typeof setUp>["context"];

/** A class of its own for each test: it is instrumented in place. */
const storeClass = () =>
  class Store extends DurableObject {
    constructor(ctx: Context, env: object) {
      super(ctx, env);
      tracing.enterSpan("migrate", () => recordLog(active.getStore(), "info", ["migrating"]));
      ctx.blockConcurrencyWhile(() =>
        tracing.enterSpan("load", () => new Promise((resolve) => setTimeout(resolve, 5))),
      );
    }

    fetch(_request: Request) {
      return new Response(tracing.enterSpan("handle", () => "handled"));
    }
  };

const text = ({ attributes }: WireSpan, key: string) =>
  attributes.find((attribute) => attribute.key === key)?.value;

describe("what a constructor does", () => {
  it("is in the trace of the object's first event, and the next event has one of its own", async () => {
    const { instrument, context, blocked, sent } = setUp();
    const Exported = instrument(storeClass());
    const store = new Exported(context, {});
    await blocked();
    await store.fetch(request("01"));
    await store.fetch(request());
    const { spans, logs, names } = await sent();
    expect(names).toEqual(["GET", "migrate", "load", "handle", "GET", "handle"]);
    const [root, migrate] = spans as [WireSpan, WireSpan];
    expect(spans.map(({ traceId }) => traceId === TRACE)).toEqual([true, true, true, true, false, false]);
    expect([root.parentSpanId, migrate.parentSpanId]).toEqual([PARENT, root.spanId]);
    expect(logs.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([[TRACE, migrate.spanId]]);
    expect(text(root, "cloudflare.handler_type")).toEqual({ stringValue: "fetch" });
    expect(BigInt(root.startTimeUnixNano) <= BigInt(migrate.startTimeUnixNano)).toBe(true);
  });

  it("is not recorded where that event is not sampled, and is where only its caller samples", async () => {
    const unsampled = setUp();
    const One = unsampled.instrument(storeClass());
    const one = new One(unsampled.context, {});
    await one.fetch(request("00"));
    expect((await unsampled.sent()).names).toEqual([]);

    const sampled = setUp({ traces: { enabled: true, headSamplingRate: 0 } });
    const Two = sampled.instrument(storeClass());
    const two = new Two(sampled.context, {});
    await two.fetch(request("01"));
    expect((await sampled.sent()).names).toEqual(["GET", "migrate", "load", "handle"]);
  });

  it("leaves nothing behind in an event that is not sampled, though the event goes on with it", async () => {
    const warn = vi.fn();
    const { instrument, context, sent } = setUp({}, { warn });
    class Cursor {
      rowsRead = 0;
      rowsWritten = 0;
      next() {
        this.rowsRead++;
        return { done: false, value: 17 };
      }
    }
    class Sql {
      exec(_query: string) {
        return new Cursor();
      }
    }
    class Storage {
      sql = new Sql();
    }
    class Queries extends DurableObject {
      cursor: Cursor;
      constructor(ctx: Context & { storage: Storage }, env: object) {
        super(ctx, env);
        this.cursor = ctx.storage.sql.exec("SELECT 17");
      }
      fetch(_request: Request) {
        recordLog(active.getStore(), "info", ["logged"]);
        return Response.json(this.cursor.next());
      }
    }
    const queries = new (instrument(Queries))({ ...context, storage: new Storage() }, {});
    expect(await (await queries.fetch(request("00"))).json()).toEqual({ done: false, value: 17 });
    const { names, logs } = await sent();
    expect([names, logs.length, warn.mock.calls]).toEqual([[], 1, []]);
  });

  it("is no longer given up once that event has come", async () => {
    const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
    const turns = async () => {
      for (let i = 0; i < 5; i++) await turn();
    };
    const givingUp = Promise.withResolvers<void>();
    const looks = [givingUp.promise];
    const sleep = (ms: number) => (ms < 1_000 ? turn() : (looks.shift() ?? new Promise<void>(() => {})));
    const { instrument, context, sent } = setUp({}, { sleep });
    class Slow extends DurableObject {
      async fetch(_request: Request) {
        givingUp.resolve();
        await turns();
        return new Response(tracing.enterSpan("handle", () => "handled"));
      }
    }
    const slow = new (instrument(Slow))(context, {});
    // It waits for an event.
    await turns();
    await slow.fetch(request());
    const { spans, names } = await sent();
    expect(names).toEqual(["GET", "handle"]);
    expect(text(spans[0] as WireSpan, "cloudflare.handler_type")).toEqual({ stringValue: "fetch" });
  });

  it("has no timer while it blocks events, nor once the first has come", async () => {
    const looks = new Set<object>();
    const sleep = (ms: number, woken?: Promise<void>) =>
      new Promise<void>((resolve) => {
        if (ms < 1_000) return void setImmediate(resolve);
        looks.add(resolve);
        woken?.then(() => looks.delete(resolve)).then(() => resolve());
      });
    const { instrument, context, blocked } = setUp({}, { sleep });
    const store = new (instrument(storeClass()))(context, {});
    const blocking = blocked();
    await Promise.resolve();
    expect(looks.size).toBe(0);
    await blocking;
    await vi.waitFor(() => expect(looks.size).toBe(1));
    const handled = store.fetch(request());
    await Promise.resolve();
    expect(looks.size).toBe(0);
    await handled;
  });

  it("stands alone where no event comes that we see", async () => {
    const { instrument, context, sent } = setUp();
    const Exported = instrument(storeClass());
    new Exported(context, {});
    const { spans, names } = await sent();
    expect(names).toEqual(["constructor", "migrate", "load"]);
    expect(text(spans[0] as WireSpan, "faas.trigger")).toEqual({ stringValue: "other" });
    expect(text(spans[0] as WireSpan, "cloudflare.durable_object.id")).toEqual({ stringValue: "0123" });
  });

  it("is lost by no error, which stays the same", async () => {
    const { instrument, context, read } = setUp({}, STOPPED);
    const error = new RangeError("not yet");
    const Exported = instrument(
      class extends DurableObject {
        constructor(ctx: Context, env: object) {
          super(ctx, env);
          tracing.enterSpan("migrate", () => {
            throw error;
          });
        }
      },
    );
    expect(() => new Exported(context, {})).toThrow(error);
    await expect.poll(() => read().names).toEqual(["constructor", "migrate"]);
    const { spans } = read();
    expect(spans.map(({ status, events }) => [status.message, events.length])).toEqual([
      ["not yet", 0],
      ["not yet", 1],
    ]);
  });

  it("nor by one in what it blocks events with, though the runtime then stops everything", async () => {
    const { instrument, context, read } = setUp({}, STOPPED);
    const error = new RangeError("not ever");
    const blocked = Promise.withResolvers<unknown>();
    const Exported = instrument(
      class extends DurableObject {
        constructor(ctx: Context, env: object) {
          super(ctx, env);
          ctx.blockConcurrencyWhile(async () => Promise.reject(error)).catch(blocked.resolve);
        }
      },
    );
    new Exported(context, {});
    expect(await blocked.promise).toBe(error);
    await expect.poll(() => read().names).toEqual(["constructor"]);
    const { spans } = read();
    expect(spans[0]?.status.message).toBe("not ever");
    expect(text(spans[0] as WireSpan, "cloudflare.outcome")).toEqual({ stringValue: "exception" });
  });

  it("nor is an event that blocks others and fails, though the runtime then stops it", async () => {
    const { instrument, context, read } = setUp({}, STOPPED);
    const error = new RangeError("not ever");
    const blocked = Promise.withResolvers<unknown>();
    class Blocking extends DurableObject {
      fetch(_request: Request): Promise<Response> {
        const { blockConcurrencyWhile } = this.ctx as unknown as Context;
        blockConcurrencyWhile
          .call(this.ctx as never, async () => Promise.reject(error))
          .catch(blocked.resolve);
        return new Promise(() => {});
      }
    }
    const blocking = new (instrument(Blocking))(context, {});
    void blocking.fetch(request());
    expect(await blocked.promise).toBe(error);
    await expect.poll(() => read().names).toEqual(["GET"]);
    const [root] = read().spans;
    expect(root?.status.message).toBe("not ever");
    expect(text(root as WireSpan, "cloudflare.outcome")).toEqual({ stringValue: "exception" });
  });

  it("is the program's own where the program makes the object, in an event or without an id", async () => {
    const { instrument, context, sent } = setUp();
    const Exported = instrument(storeClass());
    const { id: _, ...plain } = context;
    new Exported(plain as Context, {});
    class Maker extends DurableObject {
      fetch(_request: Request) {
        new Exported({ ...context }, {});
        return new Response();
      }
    }
    const maker = new (instrument(Maker))(context, {});
    await maker.fetch(request());
    expect((await sent()).names).toEqual(["GET", "migrate", "load"]);
  });
});

it("what blocks events gives what it gave, called as it was", async () => {
  const { instrument, context } = setUp();
  const Exported = instrument(storeClass());
  const store = new Exported(context, {});
  const { blockConcurrencyWhile } = context;
  expect([blockConcurrencyWhile.name, blockConcurrencyWhile.length]).toEqual(["blockConcurrencyWhile", 1]);
  await expect(context.blockConcurrencyWhile(async () => 17)).resolves.toBe(17);
  await expect(context.blockConcurrencyWhile("none" as never)).rejects.toThrow(TypeError);
  expect(store).toBeInstanceOf(Exported);
});

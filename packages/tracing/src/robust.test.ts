// Nothing that a program does with the API, and nothing that goes wrong beside it, changes the program: exotic values,
// hostile objects, endless work, deep recursion.
import type { Span as WireSpan } from "@enterspan/otlp";
import { describe, expect, it, vi } from "vitest";
import { MAX_HELD_BYTES } from "./limits.ts";
import { captureConsole } from "./logs.ts";
import { active, tracing } from "./process.ts";
import { record, testRuntime } from "./recorder.fixture.ts";
import { SERVER } from "./span-record.ts";

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Throws whatever is done to it. */
const hostile = () =>
  new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap get");
      },
      getPrototypeOf: () => {
        throw new Error("trap getPrototypeOf");
      },
      ownKeys: () => {
        throw new Error("trap ownKeys");
      },
    },
  );

const EXOTIC: [string, () => unknown][] = [
  ["null", () => null],
  ["undefined", () => undefined],
  ["a symbol", () => Symbol("s")],
  ["a bigint", () => 10n],
  ["a function", () => () => {}],
  ["a revoked proxy", revoked],
  ["a proxy whose traps throw", hostile],
  ["a frozen error", () => Object.freeze(new Error("frozen"))],
  ["an object without a prototype", () => Object.create(null)],
  [
    "an error whose getters throw",
    () => Object.defineProperty(new Error(), "message", { get: () => hostile() }),
  ],
  ["an error that is its own cause", () => Object.assign(new Error("loop"), { self: null as unknown })],
];

describe("what is thrown leaves as it came", () => {
  it.each(EXOTIC)("%s, out of a function", async (_what, make) => {
    const thrown = make();
    const throws = () => {
      throw thrown;
    };
    const { result, root } = await record(() => {
      try {
        tracing.enterSpan("throws", throws);
      } catch (caught) {
        return Object.is(caught, thrown);
      }
      return false;
    });
    expect(result).toEqual({ status: "fulfilled", value: true });
    expect(root?.children[0]).toMatchObject({ name: "throws", status: { code: 2 } });
    expect(root?.children[0]?.events).toHaveLength(1);
  });

  it.each(EXOTIC)("%s, out of a promise", async (_what, make) => {
    const thrown = make();
    const { result } = await record(() =>
      tracing
        .enterSpan("rejects", () => Promise.reject(thrown))
        .then(
          () => false,
          (caught) => Object.is(caught, thrown),
        ),
    );
    expect(result).toEqual({ status: "fulfilled", value: true });
  });

  it.each(EXOTIC)("%s, past recordException and console", async (_what, make) => {
    const printed: unknown[] = [];
    const console = { error: (value: unknown) => void printed.push(value) } as Console;
    for (const level of ["debug", "info", "log", "warn"] as const) console[level] = () => {};
    captureConsole(console, active);
    const value = make();
    const { result, root, logs } = await record(() => {
      tracing.getActiveSpan()?.recordException(value as Error);
      console.error(value);
    });
    expect(result.status).toBe("fulfilled");
    expect(root).toBeDefined();
    expect(logs).toHaveLength(1);
    expect(Object.is(printed[0], value)).toBe(true);
  });
});

describe("what is returned", () => {
  it.each<[string, () => unknown]>([
    ["a revoked proxy", revoked],
    ["a proxy whose traps throw", hostile],
    ["a proxy of a promise", () => new Proxy(Promise.resolve(1), {})],
    ["a look-alike of a promise", () => Object.create(Promise.prototype)],
    ["a frozen object", () => Object.freeze({ a: 1 })],
  ])("%s is the very value", async (_what, make) => {
    const value = make();
    const { result } = await record(() => {
      const returned = tracing.enterSpan("returns", () => value);
      return Object.is(returned, value);
    });
    expect(result).toEqual({ status: "fulfilled", value: true });
  });

  it("a promise with a `then` of its own settles as the engine's would", async () => {
    // biome-ignore lint/suspicious/noThenProperty: such promises are what this is about
    const promise = Object.defineProperty(Promise.resolve(1), "then", { value: () => "mine" });
    const { result, root } = await record(async () => await tracing.enterSpan("s", () => promise));
    expect(result).toEqual({ status: "fulfilled", value: 1 });
    expect(root?.children[0]?.attributes).toEqual({});
  });
});

describe("text of any size", () => {
  const huge = "x".repeat(20_000_000);

  it("is cut, or dropped with a warning, and does not stay in memory", async () => {
    const { root } = await record(() => {
      tracing.enterSpan(huge, (span) => {
        span.setAttribute("huge", huge).setAttribute("after", 1);
        span.recordException(new Error(huge));
      });
    });
    const [span] = root?.children ?? [];
    expect(span?.name).toBe("x".repeat(64));
    expect(span?.attributes).toEqual({
      "cloudflare.warning.type": "span_data_limit_exceeded",
      "cloudflare.warning.message":
        'exceeded span data limit while trying to record attribute "huge" of size 20000000',
    });
  });

  it("that an error carries is cut where nobody asked for it", async () => {
    const { result, root } = await record(() => {
      throw new Error(huge);
    });
    expect((result as PromiseRejectedResult).reason.message).toHaveLength(huge.length);
    expect(root?.status.message.length).toBeLessThan(20_000);
  });
});

describe("endless work", () => {
  it("keeps the first 100,000 of a million spans, counts the rest and says so once", async () => {
    const warn = vi.fn();
    const { runtime } = testRuntime({}, { warn });
    for (let round = 0; round < 2; round++) {
      const invocation = runtime.begin({ name: "root", kind: SERVER });
      let sum = 0;
      active.run(invocation.root, () => {
        for (let i = 0; i < 1_000_000; i++) sum += tracing.enterSpan("s", () => 1);
      });
      invocation.end("ok");
      expect(sum).toBe(1_000_000);
      expect([invocation.spans.length, invocation.droppedSpans]).toEqual([100_000, 900_001]);
      await runtime.exporter.export(invocation);
    }
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^enterspan: 900001 spans and 0 logs/),
    );
  });

  it("holds a bounded amount of text, over all open invocations, and has room again when it has been sent", async () => {
    const { runtime } = testRuntime({}, { warn: () => {} });
    const text = "x".repeat(60_000);
    const fill = () => {
      const invocation = runtime.begin({ name: "root", kind: SERVER });
      active.run(invocation.root, () => {
        for (let i = 0; i < 400; i++) tracing.enterSpan("s", (span) => span.setAttribute("text", text));
      });
      invocation.end("ok");
      return invocation;
    };
    const kept = (invocation: ReturnType<typeof fill>) =>
      [...invocation.spans.records()].filter(({ attributes }) => attributes[1] === text).length;
    const invocations = [fill(), fill(), fill()];
    const bytes = invocations.reduce((sum, invocation) => sum + kept(invocation), 0) * text.length;
    expect(bytes).toBeGreaterThan(MAX_HELD_BYTES * 0.9);
    expect(bytes).toBeLessThan(MAX_HELD_BYTES * 1.1);
    expect(invocations.map(({ droppedSpans }) => droppedSpans > 0)).toEqual([false, true, true]);
    for (const invocation of invocations) await runtime.exporter.export(invocation);
    expect(kept(fill())).toBe(400);
  });

  it("counts no longer what an invocation holds that the runtime has killed", () => {
    let now = 0;
    const { runtime } = testRuntime({}, { warn: () => {}, now: () => now });
    const begin = () => runtime.begin({ name: "root", kind: SERVER });
    const killed = begin();
    for (let i = 0; i < 600; i++) killed.open(0, "s", 1)?.setAttribute("text", "x".repeat(60_000));
    expect(begin().open(0, "s", 1)).toBeUndefined();
    now += 300_001;
    expect(begin().open(0, "s", 1)).toBeDefined();
  });
});

describe("recursion", () => {
  it("10,000 deep over awaits makes a tree as deep", async () => {
    const down = (n: number): Promise<number> =>
      tracing.enterSpan("s", async () => {
        await null;
        return n === 0 ? 0 : 1 + (await down(n - 1));
      });
    const { result, spans } = await record(() => down(10_000));
    expect(result).toEqual({ status: "fulfilled", value: 10_000 });
    const parents = new Map(spans.map(({ spanId, parentSpanId }) => [spanId, parentSpanId]));
    let depth = 0;
    for (let id = spans.at(-1)?.spanId; id; id = parents.get(id)) depth++;
    expect(depth).toBe(10_002);
  });

  it("past the stack's end fails as it would without us", async () => {
    const down = (): number => tracing.enterSpan("s", () => 1 + down());
    const { result, spans } = await record(() => {
      try {
        return down();
      } catch (error) {
        return error instanceof RangeError;
      }
    });
    expect(result).toEqual({ status: "fulfilled", value: true });
    expect(spans.length).toBeGreaterThan(100);
    // Where the stack has no room even for ending a span, the invocation ends it.
    const isUnfinished = ({ attributes }: WireSpan) =>
      attributes.some(({ key }) => key === "enterspan.unfinished");
    expect(spans.filter(isUnfinished).length).toBeLessThan(10);
  });
});

// One recording: what comes back, what it waits for, what it sees, and that it leaves everything as it was.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mock } from "node:test";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tracing } from "../process.ts";
import { env as importedEnv, waitUntil as importedWaitUntil } from "../workers/index.ts";
import { type RecordContext, recordTrace, VirtualClock } from "./index.ts";
import "./vitest.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const ok = async () => new Response("ok");

describe("a recording", () => {
  it("has the result, the spans and what they say", async () => {
    const trace = await recordTrace((ctx) =>
      ctx.tracing.enterSpan("work", (span) => {
        span.setAttribute("size", 1).setAttribute("size", 2).setStatus({ code: "ok" });
        return "done";
      }),
    );
    expect(trace.result).toBe("done");
    expect(trace.error).toBeUndefined();
    expect(trace.spans.map(({ name }) => name)).toEqual(["root", "work"]);
    const work = trace.span("work");
    expect(work).toMatchObject({
      attributes: { size: 2 },
      status: { code: "ok" },
      kind: "internal",
      isRoot: false,
      unfinished: false,
      traceId: trace.traceId,
    });
    expect(work.parent).toBe(trace.root);
    expect(trace.root.children).toEqual([work]);
    expect(trace.root.isRoot).toBe(true);
    expect(work.parentSpanId).toBe(trace.root.spanId);
    expect(work.durationMs).toBeGreaterThanOrEqual(0);
  });

  it("has no logs of console.table and its like, which print as ever", async () => {
    const printed = vi.spyOn(console, "table").mockImplementation((...args) => console.log(...args));
    const logged = vi.spyOn(console, "log").mockImplementation(() => {});
    const trace = await recordTrace(() => {
      console.table([1]);
      console.log("kept");
    });
    expect(printed).toHaveBeenCalledWith([1]);
    expect(logged).toHaveBeenCalledTimes(2);
    expect(trace.logs.map(({ message }) => message)).toEqual(["kept"]);
  });

  it("waits for waitUntil, that of the module too, and for what these start in turn", async () => {
    const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const recording = recordTrace((ctx) => {
      ctx.waitUntil(
        gates[0]?.promise.then(() => {
          ctx.waitUntil(gates[1]?.promise.then(() => tracing.enterSpan("later", () => {})) as Promise<void>);
        }) as Promise<void>,
      );
      importedWaitUntil(gates[2]?.promise.then(() => tracing.enterSpan("last", () => {})) as Promise<void>);
    });
    for (const gate of gates) {
      await new Promise(setImmediate);
      gate.resolve();
    }
    expect(await recording).toMatchTree(["root", "later", "last"]);
  });

  it("has no timer of its own while it waits, which would keep the process", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const gate = Promise.withResolvers<void>();
    const before = timers();
    const recording = recordTrace((ctx) => ctx.waitUntil(gate.promise));
    await new Promise(setImmediate);
    expect(timers()).toBe(before);
    gate.resolve();
    await recording;
  });

  it("rejects with the very error of the function, once everything is done", async () => {
    const error = new Error("boom");
    const gate = Promise.withResolvers<void>();
    let isOver = false;
    const recording = recordTrace((ctx) => {
      ctx.waitUntil(
        gate.promise.then(() => {
          isOver = true;
        }),
      );
      throw error;
    });
    gate.resolve();
    await expect(recording).rejects.toBe(error);
    expect(isOver).toBe(true);
  });

  it("gives the error with `catch`", async () => {
    const error = new RangeError("boom");
    const trace = await recordTrace(
      () =>
        tracing.enterSpan("work", () => {
          throw error;
        }),
      { catch: true },
    );
    expect(trace.error).toBe(error);
    expect(trace.result).toBeUndefined();
    expect(trace).toHaveSpan({
      name: "work",
      status: { code: "error", message: "boom" },
      exceptions: [{ type: "RangeError", message: "boom" }],
    });
    expect(trace.root.status.code).toBe("error");
    expect(trace.root.exceptions).toEqual([]);
  });

  it("has a rejection of waitUntil as the root's exception", async () => {
    const trace = await recordTrace((ctx) => ctx.waitUntil(Promise.reject(new Error("late"))));
    expect(trace.root.exceptions).toMatchObject([{ type: "Error", message: "late" }]);
  });

  it("ends what nobody ended, and says so", async () => {
    const trace = await recordTrace(() => void tracing.startSpan("forgotten"));
    expect(trace.span("forgotten").unfinished).toBe(true);
    expect(String(trace)).toBe("root\n  forgotten [unfinished]");
  });

  it("does not mix with others at the same time, nor with one inside of it", async () => {
    const [a, b] = await Promise.all(
      ["a", "b"].map((name) =>
        recordTrace(async () => {
          await tracing.enterSpan(name, () => new Promise(setImmediate));
          const inner = await recordTrace(
            () => tracing.enterSpan(`${name} inside`, () => console.log(name)),
            {
              console: "silent",
            },
          );
          tracing.enterSpan(`${name} after`, () => {});
          return inner;
        }),
      ),
    );
    expect(a).toMatchTree(["root", "a", "a after"]);
    expect(b).toMatchTree(["root", "b", "b after"]);
    expect(b?.result).toMatchTree(["root", { name: "b inside", logs: ["b"] }]);
    expect(a?.result.traceId).not.toBe(a?.traceId);
    expect(a?.logs).toEqual([]);
  });

  it("finds spans by name, pattern and test", async () => {
    const trace = await recordTrace(() => {
      for (const size of [1, 2, 3])
        tracing.enterSpan(`step ${size % 2}`, (span) => span.setAttribute("size", size));
    });
    expect(trace.find("step 1")?.attributes).toEqual({ size: 1 });
    expect(trace.find("step 9")).toBeUndefined();
    expect(trace.findAll(/^step/)).toHaveLength(3);
    expect(trace.findAll({ name: "step 1", attributes: { size: 3 } })).toHaveLength(1);
    expect(trace.findAll((span) => span.isRoot)).toEqual([trace.root]);
    expect(() => trace.span("step 1")).toThrow(
      /exactly one: 2 spans are called "step 1"\.\n\nroot\n {2}step 1/,
    );
    expect(() => trace.span("step 9")).toThrow("no span is called");
  });

  it("does not sample on request, and has the logs alone", async () => {
    const trace = await recordTrace(
      () =>
        tracing.enterSpan("work", (span) => {
          console.warn("low");
          return span.isTraced;
        }),
      { sampled: false, console: "silent" },
    );
    expect(trace.result).toBe(false);
    expect(trace.spans).toEqual([]);
    expect(trace.logs).toMatchObject([{ level: "warn", message: "low" }]);
    expect(() => trace.root).toThrow("sampled: false");
    expect(String(trace)).toBe("(not sampled: no spans)\n  > warn: low");
  });

  it("continues a parent's trace and takes over its decision, unless told otherwise", async () => {
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const parent = `00-${traceId}-b7ad6b7169203331-01`;
    const trace = await recordTrace(() => {}, { parent });
    expect(trace.traceId).toBe(traceId);
    expect(trace.root.parentSpanId).toBe("b7ad6b7169203331");
    expect((await recordTrace(() => {}, { parent: `${parent.slice(0, -2)}00` })).sampled).toBe(false);
    expect((await recordTrace(() => {}, { parent, sampled: false })).sampled).toBe(false);
  });

  it("gives the program its env", async () => {
    const { result } = await recordTrace(() => (importedEnv as { GREETING?: string }).GREETING, {
      env: { GREETING: "hello" },
    });
    expect(result).toBe("hello");
    expect(importedEnv).toEqual({});
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["no function", () => recordTrace("x" as never), /takes the function/],
    ["a wrong parent", () => recordTrace(() => {}, { parent: "x" }), /parent must be a W3C traceparent.*"x"/],
    ["a wrong clock", () => recordTrace(() => {}, { clock: "fake" as never }), /clock must be .*"fake"/],
    ["wrong ids", () => recordTrace(() => {}, { ids: {} as never }), /ids must be/],
    [
      "waitUntil without its context",
      () => recordTrace(({ waitUntil }) => waitUntil(ok())),
      /Illegal invocation/,
    ],
  ])("refuses %s", async (_what, call, message) => {
    await expect(call()).rejects.toThrow(message);
    await expect(call()).rejects.toBeInstanceOf(TypeError);
  });
});

describe("ids", () => {
  const idsOf = async (ids: "sequential" | { seed: number }) => {
    const trace = await recordTrace(() => tracing.enterSpan("a", () => {}), { ids });
    return [trace.traceId, ...trace.spans.map(({ spanId }) => spanId)];
  };

  it("are the same in every run when they are sequential, and valid", async () => {
    const first = await idsOf("sequential");
    expect(await idsOf("sequential")).toEqual(first);
    expect(first[0]).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(BigInt(`0x${first[2]}`) - BigInt(`0x${first[1]}`)).toBe(1n);
  });

  it("differ by seed", async () => {
    expect(await idsOf({ seed: 2 })).toEqual(await idsOf({ seed: 2 }));
    expect(await idsOf({ seed: 2 })).not.toEqual(await idsOf({ seed: 3 }));
  });
});

describe("clocks", () => {
  it("moved by the test", async () => {
    const clock = new VirtualClock(1_000);
    const trace = await recordTrace(
      () => {
        clock.advance(10);
        tracing.enterSpan("work", () => clock.advance(2.5));
      },
      { clock },
    );
    expect(trace.root.startTimeUnixNano).toBe(1_000_000_000n);
    expect(trace.span("work")).toMatchObject({ startTimeUnixNano: 1_010_000_000n, durationMs: 2.5 });
    expect(trace.toString({ times: true })).toBe("root (+0 ms, 12.5 ms)\n  work (+10 ms, 2.5 ms)");
    expect(clock.unixMs).toBe(1_012.5);
    for (const ms of [-1, Number.NaN]) expect(() => clock.advance(ms)).toThrow(RangeError);
  });

  const wait = (ms: number) =>
    tracing.enterSpan("wait", () => new Promise((resolve) => setTimeout(resolve, ms)));

  it("of fake timers, installed before or inside", async () => {
    vi.useFakeTimers({ now: 5_000 });
    const recording = recordTrace(() => wait(30_000), { clock: "timers" });
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await recording).span("wait")).toMatchObject({
      startTimeUnixNano: 5_000_000_000n,
      durationMs: 30_000,
    });
  });

  /** A span in a timer's callback, which fake timers call from wherever the time is moved. */
  const tick = (ms: number) =>
    tracing.enterSpan(
      "set",
      () =>
        new Promise((resolve) => {
          setTimeout(
            (greeting: string) => resolve([tracing.enterSpan("tick", () => greeting), { ...importedEnv }]),
            ms,
            "hello",
          );
        }),
    );

  it("of fake timers lose no span in a timer's callback", async () => {
    vi.useFakeTimers();
    const first = recordTrace(() => tick(10), { clock: "timers", env: { A: 1 } });
    const second = recordTrace(() => tick(20));
    await vi.advanceTimersByTimeAsync(20);
    expect((await first).result).toEqual(["hello", { A: 1 }]);
    for (const trace of [await first, await second]) expect(trace).toMatchTree(["root", ["set", "tick"]]);
  });

  it("of fake timers that come inside of a recording leave nothing of ours behind", async () => {
    const before = globalThis.setTimeout;
    const trace = await recordTrace(async () => {
      vi.useFakeTimers();
      const done = tick(10);
      await vi.advanceTimersByTimeAsync(10);
      return done;
    });
    expect(trace).toHaveSpan("set");
    vi.useRealTimers();
    await recordTrace(() => {});
    expect(globalThis.setTimeout).toBe(before);
  });

  it("of Node's mock timers", async () => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5_000 });
    try {
      const recording = recordTrace(() => tick(700), { clock: "timers" });
      mock.timers.tick(700);
      const trace = await recording;
      expect(trace).toMatchTree(["root", ["set", "tick"]]);
      expect(trace.span("set").durationMs).toBe(700);
    } finally {
      mock.timers.reset();
    }
  });

  const everything = [
    "setTimeout",
    "setInterval",
    "setImmediate",
    "queueMicrotask",
    "Date",
    "performance",
  ] as const;

  it("that are real go on under fake timers, which hold up nothing", async () => {
    vi.useFakeTimers({ toFake: [...everything], now: 0 });
    const trace = await recordTrace(async (ctx) => {
      ctx.waitUntil(Promise.resolve().then(() => tracing.enterSpan("later", () => {})));
      const start = process.hrtime.bigint();
      while (process.hrtime.bigint() - start < 1_000_000n);
    });
    expect(trace).toMatchTree(["root", "later"]);
    expect(trace.root.durationMs).toBeGreaterThanOrEqual(0.9);
    expect(trace.root.startTimeUnixNano).toBeGreaterThan(1_700_000_000_000_000_000n);
  });

  it("that stood still before this module was loaded hold up nothing either", async () => {
    vi.useFakeTimers({ toFake: [...everything], now: 1_000 });
    vi.resetModules();
    const fresh = await import("./index.ts");
    const trace = await fresh.recordTrace((ctx) => ctx.tracing.enterSpan("work", ok));
    expect(trace.root.durationMs).toBe(0);
    expect(String(trace)).toBe("root\n  work");
  });
});

describe("fetch", () => {
  it("is a span, and the program's mock gets the program's own arguments and stays a mock", async () => {
    const answer = vi.fn(ok);
    vi.stubGlobal("fetch", answer);
    const init = { method: "POST", body: "{}" };
    const trace = await recordTrace(async () => {
      await fetch("https://api.test/notify?x=1", init);
      expect(fetch).toHaveBeenCalledTimes(1);
      vi.mocked(fetch).mockRejectedValueOnce(new TypeError("down"));
      await fetch("https://api.test/again").catch(() => {});
    });
    expect(answer.mock.calls[0]).toEqual(["https://api.test/notify?x=1", init]);
    expect((answer.mock.calls[0] as unknown[])[1]).toBe(init);
    expect(trace).toMatchTree([
      "root",
      {
        name: "fetch",
        kind: "client",
        attributes: {
          "http.request.method": "POST",
          "url.full": "https://api.test/notify?x=1",
          "http.response.status_code": 200,
        },
      },
      { name: "fetch", status: "error", exceptions: ["down"] },
    ]);
    expect(globalThis.fetch).toBe(answer);
  });

  it("leaves bodies to whoever answers", async () => {
    const bodies: string[] = [];
    const answer: typeof fetch = async (input, init) => {
      bodies.push(await new Request(input, { duplex: "half", ...init } as RequestInit).text());
      return new Response();
    };
    const stream = () => new Response("streamed").body as ReadableStream;
    await recordTrace(
      async () => {
        await fetch(new Request("https://api.test/", { method: "POST", body: "request" }));
        await fetch("https://api.test/", { method: "POST", body: stream(), duplex: "half" } as RequestInit);
        await fetch(new URL("https://api.test/"), { method: "PUT", body: new URLSearchParams({ a: "1" }) });
      },
      { fetch: answer },
    );
    expect(bodies).toEqual(["request", "streamed", "a=1"]);
  });

  it("goes over the network when nothing answers instead", async () => {
    const server = createServer((_request, response) => response.end("served")).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const trace = await recordTrace(async () => (await fetch(`http://127.0.0.1:${port}/`)).text());
    server.close();
    expect(trace.result).toBe("served");
    expect(trace).toHaveSpan({ name: "fetch", attributes: { "server.port": port } });
  });

  it("is answered for each recording by its own", async () => {
    const ask = (answer: string) =>
      recordTrace(async () => (await fetch("https://api.test/")).text(), {
        fetch: async () => new Response(answer),
      });
    const traces = await Promise.all([ask("a"), ask("b")]);
    expect(traces.map(({ result }) => result)).toEqual(["a", "b"]);
  });

  it("records what the one that answers does itself", async () => {
    const trace = await recordTrace(() => fetch("https://api.test/first"), {
      console: "silent",
      fetch: async (input) => {
        console.log("asked");
        return input === "https://api.test/first" ? fetch("https://api.test/second") : new Response();
      },
    });
    expect(trace).toMatchTree([
      "root",
      [
        { name: "fetch", logs: ["asked"] },
        { name: "fetch", logs: ["asked"] },
      ],
    ]);
  });

  it("makes one span where a spy of the program's stands between two recordings", async () => {
    vi.stubGlobal("fetch", ok);
    const gate = Promise.withResolvers<void>();
    const first = recordTrace(() => gate.promise);
    const placed = globalThis.fetch;
    const spy = vi.fn((...args: Parameters<typeof fetch>) => {
      console.log("spied");
      return placed(...args);
    });
    vi.stubGlobal("fetch", spy);
    const second = await recordTrace(() => fetch("https://api.test/"), { console: "silent" });
    gate.resolve();
    await first;
    expect(second).toMatchTree(["root", "fetch"]);
    expect(spy).toHaveBeenCalledTimes(1);
    expect(globalThis.fetch).toBe(spy);
  });
});

describe("the globals", () => {
  const targets = [globalThis, ...Array.from({ length: 5 }, () => console)];
  const keys = ["fetch", "debug", "info", "log", "warn", "error"];
  const descriptors = () => keys.map((key, i) => Object.getOwnPropertyDescriptor(targets[i] as object, key));

  it("are afterwards what they were, also after an error and several at once", async () => {
    const before = descriptors();
    const gate = Promise.withResolvers<void>();
    const long = recordTrace(() => gate.promise);
    await recordTrace(() => Promise.reject(new Error("x"))).catch(() => {});
    expect(descriptors()).not.toEqual(before);
    gate.resolve();
    await long;
    expect(descriptors()).toEqual(before);
  });

  it("are left to a test that replaces them meanwhile", async () => {
    const before = globalThis.fetch;
    const mine = ok as unknown as typeof fetch;
    await recordTrace(() => {
      globalThis.fetch = mine;
    });
    expect(globalThis.fetch).toBe(mine);
    globalThis.fetch = before;
  });

  it("do nothing for calls from outside of the recording", async () => {
    vi.stubGlobal("fetch", ok);
    const gate = Promise.withResolvers<void>();
    const recording = recordTrace(() => gate.promise);
    await fetch("https://api.test/");
    gate.resolve();
    expect(await recording).toMatchTree("root");
  });
});

describe("the console", () => {
  it("prints and is recorded with the active span", async () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    const trace = await recordTrace(() => {
      console.log("first");
      tracing.enterSpan("work", () => console.log("sum", 3, { a: [1] }));
      expect(console.log).toHaveBeenCalledTimes(2);
    });
    expect(print.mock.calls).toEqual([["first"], ["sum", 3, { a: [1] }]]);
    expect(trace.root.logs).toMatchObject([{ level: "info", message: "first", body: "first" }]);
    expect(trace.span("work").logs).toMatchObject([
      { message: 'sum 3 {"a":[1]}', body: ["sum", 3, { a: [1] }] },
    ]);
    expect(trace.logs).toEqual([...trace.root.logs, ...trace.span("work").logs]);
  });

  it("is silent on request", async () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const trace = await recordTrace(() => console.error(new Error("boom")), { console: "silent" });
    expect(print).not.toHaveBeenCalled();
    expect(trace.logs).toMatchObject([
      { level: "error", message: "Error: boom", exception: { type: "Error", message: "boom" } },
    ]);
  });
});

it("is printed as a tree by whatever prints it", async () => {
  const trace = await recordTrace(() => tracing.enterSpan("work", () => {}));
  expect(inspect(trace)).toBe("root\n  work");
  expect(inspect({ span: trace.span("work") })).toBe("{ span: work }");
  expect(JSON.stringify(trace)).toBe('"root\\n  work"');
  expect(trace).toMatchInlineSnapshot(`
    root
      work
  `);
});

it("has types that a test needs no casts for", async () => {
  const handler = (ctx: Pick<RecordContext, "waitUntil">): number => {
    ctx.waitUntil(ok());
    return 1;
  };
  const { result } = await recordTrace(handler);
  result.toFixed();
  const caught = await recordTrace(handler, { catch: true });
  caught.result?.toFixed();
  expect(result).toBe(1);
});

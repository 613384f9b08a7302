// Invocations: what keeps one open, what it says at its end, sampling, limits, logs, and that two never mix.

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { waitUntil } from "./instrument/handlers/context.ts";
import { captureConsole } from "./logs.ts";
import { active, tracing } from "./process.ts";
import { record, shape, testRuntime } from "./recorder.fixture.ts";
import { isSampled } from "./sampling.ts";

describe("the root span", () => {
  it("ends when the handler and all that it gave to waitUntil have settled", async () => {
    const { root } = await record(async (context) => {
      context.waitUntil(
        (async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          tracing.enterSpan("after the response", () => {});
          context.waitUntil(
            tracing.enterSpan("later still", () => new Promise((resolve) => setTimeout(resolve, 5))),
          );
        })(),
      );
    });
    expect(shape(root)).toEqual(["root", ["after the response"], ["later still"]]);
    const last = root?.children[1]?.wire;
    expect((root?.wire.endTimeUnixNano ?? 0n) >= (last?.endTimeUnixNano ?? 1n)).toBe(true);
    expect(root?.attributes["cloudflare.outcome"]).toBe("ok");
  });

  it("waits for what is given to waitUntil at the moment when the last of what it waited for has settled", async () => {
    const { root } = await record((context) => {
      const first = new Promise<void>((resolve) => void setTimeout(resolve, 1));
      context.waitUntil(first);
      first.then(() => {
        const second = tracing.enterSpan("second", async () => {
          await new Promise((resolve) => void setTimeout(resolve, 5));
          tracing.enterSpan("in second", () => {});
        });
        context.waitUntil(second);
      });
    });
    expect(shape(root)).toEqual(["root", ["second", ["in second"]]]);
    expect(root?.children[0]?.attributes).toEqual({});
  });

  it("has what the program does without waiting, in promises that it has given to nobody", async () => {
    const { root } = await record((context) => {
      const turns = async (count: number) => {
        for (let i = 0; i < count; i++) await null;
      };
      void tracing.enterSpan("forgotten", async () => {
        await turns(50);
        tracing.enterSpan("late", () => {});
        await turns(50);
        context.waitUntil(
          tracing.enterSpan("given late", () => new Promise((resolve) => void setTimeout(resolve, 5))),
        );
      });
    });
    expect(shape(root)).toEqual(["root", ["forgotten", ["late"], ["given late"]]]);
    const spans = [root, ...(root?.children ?? []), ...(root?.children[0]?.children ?? [])];
    expect(spans.map((span) => span?.attributes["enterspan.unfinished"])).toEqual(spans.map(() => undefined));
    for (const span of spans) {
      expect((root?.wire.endTimeUnixNano ?? 0n) >= (span?.wire.endTimeUnixNano ?? 1n)).toBe(true);
    }
  });

  it("waits for what was given to the waitUntil that a module exports", async () => {
    const { root } = await record(() => {
      tracing.enterSpan("handler", () => {
        waitUntil(Promise.resolve().then(() => tracing.enterSpan("later", () => {})));
        waitUntil(Promise.reject(new Error("late")));
      });
    });
    expect(shape(root)).toEqual(["root", ["handler", ["later"]]]);
    expect(root?.status).toEqual({ code: 2, message: "late" });
  });

  it("does not miss a waitUntil outside of every invocation", () => {
    expect(waitUntil(Promise.resolve())).toBeUndefined();
  });

  it("gets the error that rejected a waitUntil", async () => {
    const { root } = await record((context) => context.waitUntil(Promise.reject(new Error("late"))));
    expect(root).toMatchObject({
      status: { code: 2, message: "late" },
      attributes: { "cloudflare.outcome": "ok" },
    });
  });

  it("ends what nobody ended, and marks it", async () => {
    const { root } = await record(() => {
      tracing.startSpan("forgotten");
      void tracing.enterSpan("never settles", () => new Promise(() => {}));
    });
    expect(root?.children.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["forgotten", { "enterspan.unfinished": true }],
      ["never settles", { "enterspan.unfinished": true }],
    ]);
  });

  it("holds every span's time inside its parent's", async () => {
    const { spans } = await record(async () => {
      for (let i = 0; i < 20; i++) await tracing.enterSpan("a", async () => tracing.enterSpan("b", () => {}));
    });
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    for (const span of spans) {
      const parent = byId.get(span.parentSpanId);
      expect(span.endTimeUnixNano >= span.startTimeUnixNano).toBe(true);
      if (parent)
        expect(
          span.startTimeUnixNano >= parent.startTimeUnixNano &&
            span.endTimeUnixNano <= parent.endTimeUnixNano,
        ).toBe(true);
    }
    const skewMs = Number((spans[0]?.startTimeUnixNano ?? 0n) / 1_000_000n) - Date.now();
    expect(Math.abs(skewMs)).toBeLessThan(5_000);
  });

  it("drops spans past the limit and says how many", async () => {
    const { root } = await record(
      () => {
        for (let i = 0; i < 10; i++) tracing.enterSpan(`s${i}`, (span) => expect(span.isTraced).toBe(i < 4));
      },
      { maxSpansPerInvocation: 5 },
    );
    expect(root?.children).toHaveLength(4);
    expect(root?.attributes["enterspan.dropped_spans"]).toBe(6);
  });
});

describe("sampling", () => {
  it("records and sends nothing of an unsampled invocation, and runs it all the same", async () => {
    const { result, spans } = await record(
      () =>
        tracing.enterSpan("s", (span) => {
          expect(span.isTraced).toBe(false);
          expect(tracing.getActiveSpan()?.spanContext().traceFlags).toBe(0);
          return 5;
        }),
      { traces: { enabled: true, headSamplingRate: 0 } },
    );
    expect(result).toEqual({ status: "fulfilled", value: 5 });
    expect(spans).toEqual([]);
  });

  it("inherits the decision and the ids of the caller", async () => {
    const parent = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true, traceState: "a=b" };
    const off = { traces: { enabled: true, headSamplingRate: 0 } };
    const { root } = await record(() => {}, off, { context: { parent } });
    expect(root?.wire).toMatchObject({
      traceId: parent.traceId,
      parentSpanId: parent.spanId,
      traceState: "a=b",
    });
    const { spans } = await record(() => {}, {}, { context: { parent: { ...parent, sampled: false } } });
    expect(spans).toEqual([]);
  });

  it("links to a caller whose trace it does not continue", async () => {
    const link = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true, traceState: "a=b" };
    const { root } = await record(() => {}, {}, { context: { links: [link] } });
    expect(root?.wire.parentSpanId).toBe("");
    expect(root?.wire.traceId).not.toBe(link.traceId);
    expect(root?.wire.links).toMatchObject([
      { traceId: link.traceId, spanId: link.spanId, traceState: "a=b", attributes: [] },
    ]);
  });

  it("keeps a trace at every rate above one that keeps it, and about the share that the rate says", () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(
        hex,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (id, a, b) => {
          if (isSampled(id, Math.min(a, b))) expect(isSampled(id, Math.max(a, b))).toBe(true);
        },
      ),
    );
    const ids = Array.from({ length: 4_000 }, () =>
      `${"0".repeat(18)}${Math.random().toString(16).slice(2, 10)}`.padEnd(32, "0"),
    );
    const kept = ids.filter((id) => isSampled(id, 0.25)).length;
    expect(kept / ids.length).toBeGreaterThan(0.2);
    expect(kept / ids.length).toBeLessThan(0.3);
  });
});

describe("logs", () => {
  const printed: unknown[][] = [];
  const fake = Object.fromEntries(
    ["debug", "info", "log", "warn", "error"].map((level) => [
      level,
      (...args: unknown[]) => printed.push([level, ...args]),
    ]),
  ) as unknown as Console;
  captureConsole(fake, active);

  it("belong to the span that was active, in order, and are still printed", async () => {
    const { root, logs } = await record(async () => {
      fake.log("before");
      await tracing.enterSpan("s", async () => {
        fake.info("in", { a: [1, null] });
        await null;
        fake.warn(2);
      });
      fake.error(new RangeError("bad"));
    });
    expect(root?.logs[0]).toBe("before");
    expect(root?.children[0]?.logs).toEqual([["in", { a: [1, null] }], 2]);
    expect(root?.logs[1]).toMatchObject({ name: "RangeError", message: "bad" });
    expect(logs.map((log) => [log.severityNumber, log.severityText])).toEqual([
      [9, "INFO"],
      [9, "INFO"],
      [13, "WARN"],
      [17, "ERROR"],
    ]);
    expect(printed.slice(0, 2)).toEqual([
      ["log", "before"],
      ["info", "in", { a: [1, null] }],
    ]);
  });

  it("survive whatever is logged", async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const hostile = {
      get trap() {
        throw new Error("trap");
      },
    };
    const { root } = await record(() => {
      fake.log(
        cycle,
        hostile,
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error("no keys");
            },
          },
        ),
        1n,
        Symbol("s"),
        new Map([["k", 1]]),
      );
    });
    expect(root?.logs).toEqual([
      [
        { self: "[Circular]" },
        { trap: "[Getter]" },
        "[object that could not be read]",
        1,
        "Symbol(s)",
        { k: 1 },
      ],
    ]);
  });

  it("never throw into the program, nor run its code", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const noText = Object.assign(() => {}, {
      toString(): string {
        throw new Error("no text");
      },
    });
    let ran = 0;
    const counting = {
      get value() {
        ran++;
        return ran;
      },
    };
    const stub = new Proxy({}, { get: () => () => ran++ });
    const { result, root } = await record(() => {
      fake.log(proxy, noText, counting, stub, new Uint8Array(3_000_000));
    });
    expect(result.status).toBe("fulfilled");
    expect(ran).toBe(0);
    expect(root?.logs[0]).toMatchObject({
      1: "[function]",
      2: { value: "[Getter]" },
      4: "Uint8Array(3000000 bytes)",
    });
  });

  it("are kept of an unsampled invocation, with its ids", async () => {
    const { logs, spans } = await record(() => fake.log("still here"), {
      traces: { enabled: true, headSamplingRate: 0 },
    });
    expect(spans).toEqual([]);
    expect(logs[0]).toMatchObject({ body: { stringValue: "still here" }, flags: 0 });
    expect(logs[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});

it("keeps invocations that run at once apart", async () => {
  const one = (name: string) =>
    record(async () => {
      for (let i = 0; i < 5; i++) {
        await tracing.enterSpan(
          `${name}${i}`,
          () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3)),
        );
      }
    });
  const [a, b] = await Promise.all([one("a"), one("b")]);
  expect(a.root?.children.map((span) => span.name)).toEqual(["a0", "a1", "a2", "a3", "a4"]);
  expect(b.root?.children.map((span) => span.name)).toEqual(["b0", "b1", "b2", "b3", "b4"]);
  expect(a.root?.wire.traceId).not.toBe(b.root?.wire.traceId);
});

type Program = { kind: "sync" | "async" | "parallel" | "throws"; children: Program[] };

it("makes of any program of spans the tree that the program has", async () => {
  const program: fc.Memo<Program> = fc.memo((depth) =>
    fc.record({
      kind: fc.constantFrom("sync" as const, "async" as const, "parallel" as const, "throws" as const),
      children: depth <= 1 ? fc.constant([]) : fc.array(program(depth - 1), { maxLength: 3 }),
    }),
  );

  const run = (node: Program, path: string): unknown => {
    const inside = (children: Program[]) => children.map((child, i) => run(child, `${path}.${i}`));
    if (node.kind === "sync") return tracing.enterSpan(path, () => Promise.all(inside(node.children)));
    if (node.kind === "throws") {
      return tracing
        .enterSpan(path, async () => {
          await Promise.all(inside(node.children));
          throw new Error(path);
        })
        .catch(() => {});
    }
    return tracing.enterSpan(path, async () => {
      await null;
      if (node.kind === "parallel") await Promise.all(inside(node.children));
      else for (const [i, child] of node.children.entries()) await run(child, `${path}.${i}`);
    });
  };
  const expected = (node: Program, path: string): unknown => [
    path,
    ...node.children.map((child, i) => expected(child, `${path}.${i}`)),
  ];
  const sorted = (tree: unknown): unknown => {
    const [name, ...children] = tree as [string, ...unknown[]];
    return [
      name,
      ...children
        .map(sorted)
        .sort((a, b) => String((a as string[])[0]).localeCompare(String((b as string[])[0]))),
    ];
  };

  await fc.assert(
    fc.asyncProperty(program(4), async (node) => {
      const { root } = await record(() => run(node, "p") as Promise<unknown>);
      expect(sorted(shape(root?.children[0]))).toEqual(sorted(expected(node, "p")));
    }),
    { numRuns: 40 },
  );
});

describe("a receiver that fails", () => {
  it("is tried again, keeps what waits, and never fails the invocation", async () => {
    let isUp = false;
    const bodies: string[] = [];
    const warn = vi.fn();
    const { runtime } = testRuntime(
      {},
      {
        warn,
        sleep: async () => {},
        post: async (_url, _headers, body) => {
          if (!isUp) throw new Error("connection refused");
          bodies.push(body);
          return { status: 200 };
        },
      },
    );
    const send = async () => {
      const invocation = runtime.begin({ name: "root", kind: 2 });
      invocation.end("ok");
      await runtime.exporter.export(invocation);
      return invocation.spanId(0);
    };
    const lost = [await send(), await send()];
    expect(warn).toHaveBeenCalledOnce();
    isUp = true;
    const last = await send();
    for (const id of [...lost, last]) expect(bodies.join("")).toContain(id);
  });
});

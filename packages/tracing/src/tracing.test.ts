// The public calls, as semantics say them: what nests where, when spans end, what callers see.
import { describe, expect, it } from "vitest";
import type { Span, SpanStatus } from "./api.ts";
import { tracing } from "./process.ts";
import { type RecordedSpan, record, shape } from "./recorder.fixture.ts";

describe("enterSpan", () => {
  it("nests synchronous, asynchronous and parallel spans by async context", async () => {
    const { root } = await record(async () => {
      tracing.enterSpan("sync", () => tracing.enterSpan("inner", () => 1));
      await tracing.enterSpan("async", async () => {
        await Promise.all([
          tracing.enterSpan("left", async () => {
            await null;
            tracing.enterSpan("leaf", () => {});
          }),
          tracing.enterSpan("right", () => new Promise((resolve) => setTimeout(resolve, 1))),
        ]);
      });
    });
    expect(shape(root)).toEqual(["root", ["sync", ["inner"]], ["async", ["left", ["leaf"]], ["right"]]]);
  });

  it("forwards arguments, returns the very value, and leaves `this` undefined", async () => {
    const value = { a: 1 };
    const seen: unknown[] = [];
    await record(() => {
      function callback(this: unknown, span: Span, ...args: unknown[]) {
        seen.push(this, span.constructor.name, args);
        return value;
      }
      seen.push(tracing.enterSpan("s", callback, 1, "two"));
    });
    expect(seen).toEqual([undefined, "Span", [1, "two"], value]);
    expect(seen[3]).toBe(value);
  });

  it("returns another, plain promise for a promise, which settles after the span has ended", async () => {
    class Mine<T> extends Promise<T> {}
    const { result } = await record(async () => {
      let ended: boolean | undefined;
      const original = Mine.resolve(7);
      let span!: Span;
      const returned = tracing.enterSpan("s", (s) => {
        span = s;
        return original;
      });
      const value = await returned.then((v) => {
        ended = !span.isTraced;
        return v;
      });
      return {
        same: (returned as unknown) === original,
        plain: returned.constructor === Promise,
        ended,
        value,
      };
    });
    expect(result).toMatchObject({ value: { same: false, plain: true, ended: true, value: 7 } });
  });

  it("knows an async function's promise where a library has put a class of its own in the place of Promise", async () => {
    const Genuine = Promise;
    const { root } = await record(async () => {
      let settle = () => {};
      // biome-ignore lint/complexity/useArrowFunction: an async function's promise is the engine's own class
      const call = async function () {
        await new Genuine<void>((resolve) => {
          settle = resolve;
        });
      };
      globalThis.Promise = class Zone extends Genuine<unknown> {} as PromiseConstructor;
      try {
        const done = tracing.enterSpan("slow", call);
        expect(tracing.getActiveSpan()).toBeDefined();
        tracing.enterSpan("meanwhile", () => {});
        settle();
        await done;
      } finally {
        globalThis.Promise = Genuine;
      }
    });
    const [slow, meanwhile] = root?.children ?? [];
    expect([slow?.name, meanwhile?.name]).toEqual(["slow", "meanwhile"]);
    expect(Number(slow?.wire.endTimeUnixNano)).toBeGreaterThan(Number(meanwhile?.wire.endTimeUnixNano));
  });

  it("leaves thenables untouched: neither started nor wrapped", async () => {
    let asked = 0;
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      then() {
        asked++;
      },
    };
    const lookalike = Object.create(Promise.prototype);
    const { root } = await record(() => {
      expect(tracing.enterSpan("lazy", () => thenable)).toBe(thenable);
      expect(tracing.enterSpan("lookalike", () => lookalike)).toBe(lookalike);
    });
    expect(asked).toBe(0);
    expect(shape(root)).toEqual(["root", ["lazy"], ["lookalike"]]);
  });

  it("takes a value that nobody can look at for a value", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const { root, result } = await record(() => {
      expect(tracing.enterSpan("revoked", () => proxy) === proxy).toBe(true);
    });
    expect(result.status).toBe("fulfilled");
    expect(shape(root)).toEqual(["root", ["revoked"]]);
  });

  it("keeps what the program itself has said of an error that then escapes", async () => {
    const { root } = await record(() => {
      const fails = (status: SpanStatus) => () =>
        tracing.enterSpan("s", (span) => {
          span.setStatus(status);
          throw new Error("thrown");
        });
      for (const status of [{ code: "error", message: "mine" }, { code: "error" }, { code: "ok" }] as const) {
        expect(fails(status)).toThrow("thrown");
      }
    });
    expect(root?.children.map(({ status }) => status.message)).toEqual(["mine", "thrown", "thrown"]);
    expect(root?.children.every(({ status, events }) => status.code === 2 && events.length === 1)).toBe(true);
  });

  it.each<[string, unknown]>([
    ["an error", new Error("shared")],
    ["a string", "shared"],
    ["undefined", undefined],
  ])(
    "records %s that spans beside each other share on each, and on none around them",
    async (_what, shared) => {
      const { root } = await record(async () => {
        const rejected = Promise.reject(shared);
        const fails = (name: string) => tracing.enterSpan(name, () => rejected);
        await tracing
          .enterSpan("around", async () => {
            await Promise.allSettled([fails("a"), tracing.enterSpan("b", () => fails("c"))]);
            throw shared;
          })
          .catch(() => {});
      });
      const eventsOf = (span: RecordedSpan): unknown[] => [
        span.name,
        span.events.length,
        span.status.code,
        ...span.children.map(eventsOf),
      ];
      expect(eventsOf(root as RecordedSpan)).toEqual([
        "root",
        0,
        0,
        ["around", 0, 2, ["a", 1, 2], ["b", 0, 2, ["c", 1, 2]]],
      ]);
    },
  );

  it("passes errors on unchanged and records one on the innermost span it crosses", async () => {
    const error = new TypeError("no");
    const { root, result } = await record(async () => {
      await tracing.enterSpan("outer", async () => {
        await null;
        tracing.enterSpan("inner", () => {
          throw error;
        });
      });
    });
    expect((result as PromiseRejectedResult).reason).toBe(error);
    const [outer] = root?.children ?? [];
    const [inner] = outer?.children ?? [];
    expect(inner?.status).toEqual({ code: 2, message: "no" });
    expect(inner?.events).toEqual([
      {
        name: "exception",
        attributes: {
          "exception.type": "TypeError",
          "exception.message": "no",
          "exception.stacktrace": error.stack,
        },
      },
    ]);
    expect(outer).toMatchObject({ status: { code: 2, message: "no" }, events: [] });
    expect(root).toMatchObject({
      status: { code: 2 },
      events: [],
      attributes: { "cloudflare.outcome": "exception" },
    });
  });

  it("throws a TypeError for a callback that is none, before any span is opened", async () => {
    const { root } = await record(() => {
      expect(() => tracing.enterSpan("s", 5 as never)).toThrow(TypeError);
      expect(() => tracing.startActiveSpan("s", undefined as never)).toThrow(TypeError);
      expect(() => tracing.enterSpan(Symbol("s") as never, () => {})).toThrow(TypeError);
    });
    expect(shape(root)).toEqual(["root"]);
  });

  it("takes any name that has a string form and cuts it at 64 bytes, never inside a character", async () => {
    const names = [
      42,
      undefined,
      {},
      "",
      "a".repeat(70),
      `a${"é".repeat(40)}`,
      "😀".repeat(17),
    ] as unknown as string[];
    const { root } = await record(() => {
      for (const name of names) tracing.enterSpan(name, () => {});
    });
    expect(root?.children.map((span) => span.name)).toEqual([
      "42",
      "undefined",
      "[object Object]",
      "",
      "a".repeat(64),
      `a${"é".repeat(31)}`,
      "😀".repeat(16),
    ]);
  });

  it("reports an unhandled rejection exactly once, as it would be without us", async () => {
    const seen: unknown[] = [];
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => seen.push(reason));
    try {
      const error = new Error("nobody listens");
      await record(async () => {
        void tracing.enterSpan("abandoned", async () => {
          throw error;
        });
        await new Promise((resolve) => setTimeout(resolve, 5));
      });
      expect(seen).toEqual([error]);
    } finally {
      process.removeAllListeners("unhandledRejection");
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  });
});

describe("the other ways to a span", () => {
  it("keeps a startActiveSpan span open until end(), active only in the callback", async () => {
    const { root } = await record(() => {
      const span = tracing.startActiveSpan("manual", (s) => {
        tracing.enterSpan("inside", () => {});
        return s;
      });
      tracing.enterSpan("outside", () => {});
      expect(span.isTraced).toBe(true);
      span.end();
      span.end();
      expect(span.isTraced).toBe(false);
    });
    expect(shape(root)).toEqual(["root", ["manual", ["inside"]], ["outside"]]);
  });

  it("makes startSpan a child that does not become active", async () => {
    const { root } = await record(() => {
      const span = tracing.startSpan("started");
      tracing.enterSpan("sibling", () => {});
      span.end();
    });
    expect(shape(root)).toEqual(["root", ["started"], ["sibling"]]);
  });

  it("makes any span active again, an ended one too", async () => {
    const { root } = await record(() => {
      const span = tracing.startSpan("ended");
      span.end();
      expect(tracing.withActiveSpan(span, (a: number) => tracing.enterSpan("child", () => a + 1), 1)).toBe(2);
      expect(() => tracing.withActiveSpan({} as Span, () => {})).toThrow(TypeError);
    });
    expect(shape(root)).toEqual(["root", ["ended", ["child"]]]);
  });

  it("gives the active span: the root outside any other, undefined outside an invocation", async () => {
    expect(tracing.getActiveSpan()).toBeUndefined();
    await record(() => {
      const root = tracing.getActiveSpan();
      expect(root?.isTraced).toBe(true);
      root?.end();
      expect(root?.isTraced).toBe(true);
      tracing.enterSpan("s", (span) => expect(tracing.getActiveSpan()).toBe(span));
    });
  });

  it("runs callbacks outside an invocation with a span that records nothing", () => {
    tracing.enterSpan("start-up", (span) => {
      expect(span.isTraced).toBe(false);
      expect(span.spanContext()).toEqual({ traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 });
      expect(span.setAttribute("a", 1)).toBe(span);
    });
  });

  it("lets nobody construct a Span", () => {
    const { Span } = tracing as unknown as { Span: new () => unknown };
    expect(() => new Span()).toThrow(TypeError);
  });
});

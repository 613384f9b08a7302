// One active span for both APIs, whichever was entered last, and everything else that a context holds beside it.
import { EventEmitter, once } from "node:events";
import { PassThrough } from "node:stream";
import {
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
} from "@opentelemetry/api";
import { beforeAll, describe, expect, it } from "vitest";
import { tracing } from "../process.ts";
import { EnterspanContextManager } from "./context-manager.ts";
import { openedShape, recorded } from "./otel.fixture.ts";
import { registerOpenTelemetry } from "./register.ts";

beforeAll(registerOpenTelemetry);

const tracer = trace.getTracer("library");
const KEY = createContextKey("a key of a library");

const REMOTE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

/** The ids of the active span, as each API says. */
function activeIds() {
  return [trace.getActiveSpan()?.spanContext().spanId, tracing.getActiveSpan()?.spanContext().spanId];
}

describe("the active span", () => {
  it("is the invocation's root outside of any other, and none outside an invocation", async () => {
    expect(trace.getActiveSpan()).toBeUndefined();
    await recorded(() => {
      expect(trace.getActiveSpan()?.isRecording()).toBe(true);
      const [otel, own] = activeIds();
      expect(otel).toBe(own);
    });
  });

  it("is the innermost, nested any way and across awaits", async () => {
    const { root } = await recorded(async () => {
      await tracing.enterSpan("a", async (a) => {
        await tracer.startActiveSpan("b", async (b) => {
          await null;
          await tracing.enterSpan("c", async (c) => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            expect(activeIds()).toEqual([c.spanContext().spanId, c.spanContext().spanId]);
            tracer.startActiveSpan("d", (d) => {
              expect(trace.getActiveSpan()).toBe(d);
              expect(activeIds()).toEqual([d.spanContext().spanId, d.spanContext().spanId]);
              d.end();
            });
            tracing.withActiveSpan(a, () => tracer.startSpan("of a").end());
          });
          expect(trace.getActiveSpan()).toBe(b);
          b.end();
        });
        expect(activeIds()).toEqual([a.spanContext().spanId, a.spanContext().spanId]);
      });
    });
    expect(openedShape(root)).toEqual(["root", ["a", ["b", ["c", ["d"]]], ["of a"]]]);
  });

  it("is the same object for the same span, whoever made it", async () => {
    await recorded(() => {
      const root = trace.getActiveSpan();
      tracing.enterSpan("a", (a) => {
        const seen = trace.getActiveSpan();
        expect(trace.getActiveSpan()).toBe(seen);
        tracer.startActiveSpan("b", (b) => {
          expect(trace.getActiveSpan()).toBe(b);
          tracing.withActiveSpan(a, () => expect(trace.getActiveSpan()).toBe(seen));
          context.with(ROOT_CONTEXT, () => expect(trace.getActiveSpan()).toBe(root));
        });
        const own = context.with(trace.setSpan(ROOT_CONTEXT, seen as never), () => tracing.getActiveSpan());
        expect(own).toBe(a);
      });
    });
  });

  it("is for `tracing` the span that a context names", async () => {
    const { root } = await recorded(() => {
      const span = tracer.startSpan("named");
      tracing.enterSpan("elsewhere", () =>
        context.with(trace.setSpan(context.active(), span), () => tracing.enterSpan("child", () => {})),
      );
      span.end();
    });
    expect(openedShape(root)).toEqual(["root", ["named", ["child"]], ["elsewhere"]]);
  });

  it("stays where a context names a span of another process, which OpenTelemetry sees until the next span", async () => {
    const { root } = await recorded(() => {
      const remote = trace.setSpanContext(context.active(), REMOTE);
      tracing.enterSpan("a", () =>
        context.with(remote, () => {
          expect(trace.getActiveSpan()?.spanContext()).toEqual(REMOTE);
          tracing.enterSpan("b", (b) =>
            expect(activeIds()).toEqual([b.spanContext().spanId, b.spanContext().spanId]),
          );
        }),
      );
    });
    expect(openedShape(root)).toEqual(["root", ["a", ["b"]]]);
  });

  it("is the root in a context without a span", async () => {
    const { root } = await recorded((_) => {
      tracing.enterSpan("a", () => context.with(ROOT_CONTEXT, () => tracing.enterSpan("b", () => {})));
    });
    expect(openedShape(root)).toEqual(["root", ["a"], ["b"]]);
  });

  it("is the same object in a context that names it by its span context", async () => {
    await recorded(() =>
      tracing.enterSpan("a", (a) => {
        const id = trace.getActiveSpan()?.spanContext() ?? a.spanContext();
        const wrapped = trace.setSpanContext(context.active(), id);
        context.with(wrapped, () => expect(tracing.getActiveSpan()).toBe(a));
        tracing.enterSpan("b", () => context.with(wrapped, () => expect(tracing.getActiveSpan()).toBe(a)));
      }),
    );
  });

  it("of a context that was kept stays its invocation's until that is over", async () => {
    const remote = () => trace.setSpanContext(context.active(), REMOTE);
    const over = Promise.withResolvers<void>();
    let kept: Context[] = [];
    const first = recorded(async () => {
      await tracing.enterSpan("first", async () => {
        kept = [context.active(), context.with(remote(), () => context.active())];
        await over.promise;
      });
    });
    const second = await recorded(async () => {
      const enter = (name: string) => {
        for (const given of kept) context.with(given, () => tracing.enterSpan(name, () => {}));
      };
      enter("while open");
      over.resolve();
      await first;
      enter("when over");
    });
    expect(openedShape((await first).root)).toEqual(["root", ["first", ["while open"], ["while open"]]]);
    expect(openedShape(second.root)).toEqual(["root", ["when over"], ["when over"]]);
  });

  it("is each invocation's own", async () => {
    const [first, second] = await Promise.all(
      ["first", "second"].map((name) =>
        recorded(() =>
          tracer.startActiveSpan(name, async (span) => {
            await null;
            tracing.enterSpan(`in ${name}`, () => {});
            span.end();
          }),
        ),
      ),
    );
    expect(openedShape(first?.root)).toEqual(["root", ["first", ["in first"]]]);
    expect(openedShape(second?.root)).toEqual(["root", ["second", ["in second"]]]);
  });
});

describe("what else a context holds", () => {
  it("survives spans of either API, and changes only inside", async () => {
    await recorded(async () => {
      const outer = propagation.setBaggage(
        context.active().setValue(KEY, 1),
        propagation.createBaggage({ user: { value: "ada" } }),
      );
      await context.with(outer, () =>
        tracing.enterSpan("a", async () => {
          await null;
          tracer.startActiveSpan("b", (b) => {
            expect(context.active().getValue(KEY)).toBe(1);
            expect(propagation.getActiveBaggage()?.getEntry("user")?.value).toBe("ada");
            context.with(context.active().setValue(KEY, 2), () =>
              tracing.enterSpan("c", () => expect(context.active().getValue(KEY)).toBe(2)),
            );
            expect(context.active().getValue(KEY)).toBe(1);
            b.end();
          });
          context.with(ROOT_CONTEXT, () => expect(context.active().getValue(KEY)).toBeUndefined());
        }),
      );
      expect(context.active().getValue(KEY)).toBeUndefined();
    });
  });

  it("reaches an invocation that starts inside", async () => {
    await context.with(ROOT_CONTEXT.setValue(KEY, "outer"), () =>
      recorded(() => {
        expect(context.active().getValue(KEY)).toBe("outer");
        expect(trace.getActiveSpan()).toBeDefined();
      }),
    );
  });

  it("is in the same object while nothing changes", async () => {
    const own = ROOT_CONTEXT.setValue(KEY, 1);
    context.with(own, () => expect(context.active()).toBe(own));
    await recorded(() => {
      expect(context.active()).toBe(context.active());
      tracing.enterSpan("a", () => {
        expect(context.active()).toBe(context.active());
        const inside = context.active().setValue(KEY, 1);
        context.with(inside, () => expect(context.active()).toBe(inside));
      });
    });
  });
});

describe("with", () => {
  it("passes `this`, arguments, the result and errors on", () => {
    const error = new Error("thrown");
    const target = {
      method(this: unknown, ...args: unknown[]) {
        return [this, args];
      },
    };
    expect(context.with(ROOT_CONTEXT, target.method, target, 1, "two")).toEqual([target, [1, "two"]]);
    expect(context.with(ROOT_CONTEXT, target.method)).toEqual([undefined, []]);
    const fail = () => {
      throw error;
    };
    expect(() => context.with(ROOT_CONTEXT, fail)).toThrow(error);
  });
});

describe("bind", () => {
  /** A context inside the span "bound" of an invocation that is still open when `use` runs. */
  async function bound(use: (bind: <T>(target: T) => T) => unknown) {
    const { root } = await recorded(async () => {
      const inside = tracing.enterSpan("bound", () => context.active().setValue(KEY, "bound"));
      await use((target) => context.bind(inside, target));
    });
    return openedShape(root);
  }

  const child = (name: string) => () => tracing.enterSpan(name, () => {});

  it("makes a function that runs with the context, with the same name and length", async () => {
    const shape = await bound((bind) => {
      const target = {
        add: bind(function add(this: { base: number }, a: number, b: number) {
          tracing.enterSpan("child", () => {});
          return [this.base + a + b, context.active().getValue(KEY)];
        }),
        base: 1,
      };
      expect(target.add(2, 3)).toEqual([6, "bound"]);
      expect([target.add.name, target.add.length]).toEqual(["add", 2]);
    });
    expect(shape).toEqual(["root", ["bound", ["child"]]]);
  });

  it("makes listeners that are added to an emitter run with the context", async () => {
    const shape = await bound((bind) => {
      const emitter = new EventEmitter();
      emitter.on("event", child("added before"));
      expect(bind(emitter)).toBe(emitter);
      emitter.on("event", child("on"));
      emitter.addListener("event", child("addListener"));
      emitter.once("event", child("once"));
      emitter.prependListener("event", child("prependListener"));
      emitter.prependOnceListener("event", child("prependOnceListener"));
      emitter.emit("event");
      expect(emitter.listenerCount("event")).toBe(4);
    });
    expect(shape).toEqual([
      "root",
      ["bound", ["prependOnceListener"], ["prependListener"], ["on"], ["addListener"], ["once"]],
      ["added before"],
    ]);
  });

  it("leaves listeners to be found, removed and refused as ever", async () => {
    await bound(async (bind) => {
      const emitter = bind(bind(new EventEmitter()));
      const listener = child("never");
      emitter.on("event", listener);
      emitter.once("event", listener);
      expect(emitter.listeners("event")).toEqual([listener, listener]);
      emitter.off("event", listener).removeListener("event", listener);
      expect(emitter.listenerCount("event")).toBe(0);
      expect(() => emitter.on("event", 5 as never)).toThrow(TypeError);
      const emitted = once(emitter, "event");
      emitter.emit("event", 7);
      expect(await emitted).toEqual([7]);
    });
  });

  it("binds a stream's listeners", async () => {
    const shape = await bound(async (bind) => {
      const stream = bind(new PassThrough());
      stream.on("data", child("data"));
      const ended = once(stream, "end");
      setTimeout(() => stream.end("x"));
      await ended;
    });
    expect(shape).toEqual(["root", ["bound", ["data"]]]);
  });

  it("gives back anything else", () => {
    for (const value of [null, undefined, 5, { on() {} }])
      expect(context.bind(ROOT_CONTEXT, value)).toBe(value);
  });
});

describe("disable", () => {
  it("shows and enters no context until it is enabled again", async () => {
    const manager = new EnterspanContextManager();
    const read = (given: Context) => manager.with(given, () => manager.active().getValue(KEY));
    const own = ROOT_CONTEXT.setValue(KEY, 1);
    expect(read(own)).toBe(1);
    expect(manager.disable()).toBe(manager);
    expect(read(own)).toBeUndefined();
    await recorded(() => expect(manager.active()).toBe(ROOT_CONTEXT));
    expect(manager.enable()).toBe(manager);
    expect(read(own)).toBe(1);
  });
});

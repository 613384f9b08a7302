// What holds of every call (semantics.md, "tracing"), whether anything is recorded where it is made or not, and on
// runtimes whose context can be entered as on workerd, where a callback has to be run in it.
import { describe, expect, test } from "vitest";
import type { Span as PublicSpan, Tracing } from "../api.ts";
import type { AsyncContext } from "../host.ts";
import { createContext as createPlainContext } from "../hosts/context.ts";
import { createContext } from "../hosts/node-context.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { indexOf, type Span } from "../span.ts";
import { INTERNAL, SERVER } from "../span-record.ts";
import { createTracing } from "../tracing.ts";

const CONTEXTS: [string, AsyncContext<Span>][] = [
  ["entered", createContext(false)],
  ["run in", createPlainContext(true)],
];

describe.each(CONTEXTS)("in a context that is %s", (_how, active) => {
  const tracing = createTracing(active);

  /** Gives the names of the spans that `program` makes, each behind its parent's, and what it returns. */
  function inside<T>(program: () => T, { sampled = true, maxSpans = 100 } = {}) {
    const { runtime } = testRuntime(
      { traces: { headSamplingRate: sampled ? 1 : 0 }, maxSpansPerInvocation: maxSpans },
      { warn() {} },
    );
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    const result = active.run(invocation.root, program);
    const records = [...invocation.spans.records()];
    const pathOf = (index: number): string =>
      index < 0 ? "" : `${pathOf(records[index]?.parentIndex ?? -1)}/${records[index]?.name}`;
    invocation.end("ok");
    return { result, paths: records.map(({ index }) => pathOf(index)), invocation, records };
  }

  const PLACES: [string, <T>(program: () => T) => T][] = [
    ["where it is recorded", (program) => inside(program).result],
    ["outside of an invocation", (program) => program()],
    ["where it is not sampled", (program) => inside(program, { sampled: false }).result],
    ["past the limit of spans", (program) => inside(program, { maxSpans: 1 }).result],
  ];

  const CALLS: [string, (callback: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown][] = [
    ["enterSpan", (callback, ...args) => tracing.enterSpan("s", callback, ...args)],
    ["startActiveSpan", (callback, ...args) => tracing.startActiveSpan("s", callback, ...args)],
    [
      "withActiveSpan",
      (callback, ...args) => {
        const span = tracing.startSpan("s");
        return tracing.withActiveSpan(span, (...given) => callback(span, ...given), ...args);
      },
    ],
  ];

  describe.each(PLACES)("%s", (_where, within) => {
    test.each(CALLS)("%s passes arguments on, and gives back the very value", (_name, call) => {
      const value = {};
      const calls: unknown[][] = [];
      const returned = within(() =>
        call(
          (...args) => {
            calls.push(args);
            return value;
          },
          1,
          "two",
        ),
      );
      expect(calls).toEqual([[expect.any(tracing.Span), 1, "two"]]);
      expect(returned).toBe(value);
    });

    test("callbacks have no `this`", () => {
      const seen = within(() => {
        const self = function (this: unknown) {
          return this;
        };
        return [
          tracing.enterSpan("s", self),
          tracing.startActiveSpan("s", self),
          tracing.withActiveSpan(tracing.startSpan("s"), self),
        ];
      });
      expect(seen).toEqual([undefined, undefined, undefined]);
    });

    test("what is no name and no callback is refused, and so are calls without their object", () => {
      within(() => {
        const symbol = Symbol("name") as never;
        const { enterSpan, startActiveSpan, startSpan, getActiveSpan, withActiveSpan } = tracing;
        const span = tracing.startSpan("s");
        const refused: (() => unknown)[] = [
          () => tracing.enterSpan(symbol, () => {}),
          () => tracing.startActiveSpan(symbol, () => {}),
          () => tracing.startSpan(symbol),
          () => tracing.enterSpan("s", {} as never),
          () => tracing.startActiveSpan("s", {} as never),
          () => tracing.withActiveSpan(span, {} as never),
          () => tracing.withActiveSpan({} as PublicSpan, () => {}),
          () => (tracing.startSpan as () => unknown)(),
          () => span.updateName(symbol),
          () => (span.updateName as () => unknown)(),
          () => (span.setAttribute as () => unknown)(),
          () => span.setAttribute(symbol, 1),
          () => enterSpan("s", () => {}),
          () => startActiveSpan("s", () => {}),
          () => startSpan("s"),
          () => getActiveSpan(),
          () => withActiveSpan(span, () => {}),
        ].map((call) => () => call.call(undefined));
        expect(refused.filter((call) => !isRefused(call)).map(String)).toEqual([]);
      });
    });

    test("a started span is there to be used", () => {
      within(() => {
        const span = tracing.startSpan("s");
        expect(span).toBeInstanceOf(tracing.Span);
        expect(span.setAttribute("a", 1).setAttributes({ b: 2 }).setStatus({ code: "unset" })).toBe(span);
        expect(span.updateName("t")).toBe(span);
        span.end();
        expect(() => span.setAttribute("late", 1n as never)).toThrow(TypeError);
        expect(span.setAttribute("late", 1)).toBe(span);
      });
    });
  });

  test("a child is one of the span that is active, by whatever call", () => {
    const { paths } = inside(() => {
      tracing.enterSpan("a", () => {
        tracing.startSpan("b");
        tracing.startActiveSpan("c", () => tracing.enterSpan("d", () => tracing.startSpan("e")));
        tracing.withActiveSpan(tracing.startSpan("f"), () => tracing.enterSpan("g", () => {}));
      });
      tracing.startSpan("h");
    });
    const within = ["", "/a", "/a/b", "/a/c", "/a/c/d", "/a/c/d/e", "/a/f", "/a/f/g", "/h"];
    expect(paths).toEqual(within.map((path) => `/root${path}`));
  });

  test("a span that records nothing makes no other one the parent", () => {
    const silent = tracing.startSpan("outside");
    const { paths } = inside(() =>
      tracing.enterSpan("a", (span) =>
        tracing.withActiveSpan(silent, () => {
          expect(tracing.getActiveSpan()).toBe(span);
          tracing.enterSpan("b", () => {});
        }),
      ),
    );
    expect(paths).toEqual(["/root", "/root/a", "/root/a/b"]);
  });

  test("the runtime's own span of a call that we have wrapped is ours, with its arguments", () => {
    const { runtime } = testRuntime();
    const invocation = runtime.begin({ name: "root", kind: SERVER });
    const operation = invocation.open(0, "d1_all", INTERNAL) as Span;
    invocation.spans.markOperation(indexOf(operation));
    const calls = active.run(operation, () => [
      tracing.enterSpan("d1_all", (...args) => args, 1, "two"),
      tracing.enterSpan("other", (span) => [span === (operation as unknown)]),
    ]);
    expect(calls).toEqual([[operation, 1, "two"], [false]]);
    expect(invocation.spans.length).toBe(3);
  });

  test("what is ended stays as it ended", () => {
    const { records } = inside(() => {
      const span = tracing.startSpan("s");
      span.end();
      tracing.startSpan("later");
      const at = performance.now();
      while (performance.now() === at) {}
      span.end();
    });
    const [, span, later] = records;
    expect(span?.end).toBeLessThanOrEqual(later?.start as number);
  });
});

describe("tracing", () => {
  const tracing = createTracing(createContext<Span>(false)) as Tracing & { Span: { name: string } };
  const calls = ["enterSpan", "startActiveSpan", "startSpan", "getActiveSpan", "withActiveSpan"] as const;

  test("has the class of its spans, and shows no members of its own", () => {
    expect([tracing.Span.name, tracing.constructor.name, String(tracing)]).toEqual([
      "Span",
      "Tracing",
      "[object Tracing]",
    ]);
    expect(tracing.startSpan("s").constructor).toBe(tracing.Span);
    expect(Object.getOwnPropertyNames(tracing)).toEqual([]);
    expect(enumerated(tracing)).toEqual(new Set([...calls, "Span"]));
  });

  test.each(calls)("%s is called on tracing and nothing else, and constructs nothing", (name) => {
    const call = tracing[name] as (this: unknown, ...args: unknown[]) => unknown;
    const args = name === "withActiveSpan" ? [tracing.startSpan("s"), () => {}] : ["s", () => {}];
    expect(isRefused(() => call.apply(tracing, args))).toBe(false);
    for (const other of [null, {}, 1, "text", globalThis, tracing.startSpan("s"), tracing.Span]) {
      expect(isRefused(() => call.apply(other, args))).toBe(true);
    }
    expect(isRefused(() => Reflect.construct(call, args))).toBe(true);
    expect(call).toHaveLength(0);
  });

  test("a span of the runtime's, made before its tracing became ours, changes nothing where it is active", () => {
    const Native = class Span {} as unknown as new () => PublicSpan;
    expect(tracing.withActiveSpan(new Native(), (x: number) => x, 1)).toBe(1);
    for (const other of [undefined, null, {}, Object.create(null), 1, tracing.Span]) {
      expect(isRefused(() => tracing.withActiveSpan(other as PublicSpan, () => 1))).toBe(true);
    }
  });

  test("a span shows the members of its class, and they refuse what is none", () => {
    const span = tracing.startSpan("s") as PublicSpan & Record<string, () => unknown>;
    expect([Object.getOwnPropertyNames(span), Object.keys(tracing.Span), String(span)]).toEqual([
      [],
      [],
      "[object Span]",
    ]);
    const methods = [
      "spanContext",
      "setAttribute",
      "setAttributes",
      "recordException",
      "updateName",
      "setStatus",
      "end",
    ];
    expect(enumerated(span)).toEqual(new Set(["isTraced", ...methods]));
    const args: Record<string, unknown[]> = { setAttributes: [{}], setStatus: [{ code: "ok" }] };
    const taking = methods.filter(
      (name) => !isRefused(() => span[name]?.apply({}, (args[name] ?? ["s", 1]) as [])),
    );
    expect(taking).toEqual([]);
  });
});

/** What `for in` finds. */
function enumerated(one: object): Set<string> {
  const names = new Set<string>();
  for (const name in one) names.add(name);
  return names;
}

function isRefused(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}

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

test("tracing has the class of its spans, and shows no members of its own", () => {
  const tracing = createTracing(createContext<Span>(false)) as Tracing & { Span: { name: string } };
  expect(tracing.Span.name).toBe("Span");
  expect(tracing.startSpan("s").constructor).toBe(tracing.Span);
  expect(Object.keys(tracing)).toEqual([]);
});

function isRefused(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    return error instanceof TypeError;
  }
}

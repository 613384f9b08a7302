// The checks as matchers for `expect` of Vitest and Jest, whose interface for matchers is the same.
import { type Check, checkSpan, checkTree, type Paint, PLAIN } from "./check.ts";
import { blaming } from "./misuse.ts";
import type { SpanPattern } from "./span-pattern.ts";
import type { TreePattern } from "./tree-pattern.ts";

/** The matchers as methods of an assertion that returns `R`; for declarations of `expect`. */
export interface SpanMatchers<R = void> {
  /**
   * The trace, or the part of it below a span, has a span like this; with `times`, exactly so many.
   *
   * @example
   * expect(trace).toHaveSpan("kv_get");
   * expect(trace).toHaveSpan({ name: "fetch", parent: "handleOrder", attributes: { "order.id": expect.any(String) } });
   * expect(trace).toHaveSpan("retry", { times: 2 });
   */
  toHaveSpan(expected: string | RegExp | SpanPattern, options?: { times?: number }): R;

  /**
   * The tree of spans is this one.
   *
   * @example
   * expect(trace).toMatchTree(["root", ["handleOrder", "kv_get", "calculateTotal", "fetch"]]);
   */
  toMatchTree(expected: TreePattern): R;
}

/** What of its state a runner gives to a matcher. */
interface MatcherState {
  isNot?: boolean;
  utils?: {
    EXPECTED_COLOR?: (text: string) => string;
    RECEIVED_COLOR?: (text: string) => string;
    DIM_COLOR?: (text: string) => string;
  };
}

interface MatcherResult {
  pass: boolean;
  message: () => string;
}

/**
 * `expect.extend(spanMatchers)`; for Vitest, `import "@enterspan/tracing/testing/vitest"` does it and declares the
 * types.
 */
export const spanMatchers = {
  toHaveSpan(
    this: MatcherState,
    trace: unknown,
    expected: string | RegExp | SpanPattern,
    options?: { times?: number },
  ): MatcherResult {
    const times = options?.times;
    return toResult(
      this,
      "toHaveSpan",
      times === undefined ? "expected" : `expected, { times: ${times} }`,
      (call) => checkSpan(call, trace, expected, times),
    );
  },

  toMatchTree(this: MatcherState, trace: unknown, expected: TreePattern): MatcherResult {
    return toResult(this, "toMatchTree", "expected", (call) => checkTree(call, trace, expected));
  },
};

function toResult(
  state: MatcherState,
  name: keyof typeof spanMatchers,
  args: string,
  check: (call: string) => Check,
): MatcherResult {
  const call = `expect(trace).${state.isNot ? "not." : ""}${name}(${args})`;
  const { pass, message } = blaming(spanMatchers[name], () => check(call));
  return { pass, message: () => `${call}\n\n${message(paintOf(state))}` };
}

function paintOf({ utils }: MatcherState): Paint {
  return {
    expected: utils?.EXPECTED_COLOR ?? PLAIN.expected,
    recorded: utils?.RECEIVED_COLOR ?? PLAIN.recorded,
    context: utils?.DIM_COLOR ?? PLAIN.context,
  };
}

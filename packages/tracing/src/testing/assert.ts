// The checks as plain functions, for node:test and every other runner.
import { type Check, checkSpan, checkTree, type Recorded } from "./check.ts";
import { beginStackAt, blaming } from "./misuse.ts";
import type { SpanPattern } from "./span-pattern.ts";
import type { TreePattern } from "./tree-pattern.ts";

/** Thrown by the assertions; runners take it for a failed assertion, as they do that of node:assert. */
export class AssertionError extends Error {
  // On the prototype: a runner that prints an error's own properties has nothing to add to the message.
  override get name(): string {
    return "AssertionError";
  }

  get code(): string {
    return "ERR_ASSERTION";
  }
}

/**
 * @param options `times`: exactly so many spans are like this; 0 for none. Default: at least one.
 * @throws AssertionError when the trace, or the part of it below a span, has no span like this, or not so many.
 *
 * @example
 * assertSpan(trace, { name: "calculateTotal", parent: "handleOrder", attributes: { "item.count": Number } });
 */
export function assertSpan(
  trace: Recorded,
  expected: string | RegExp | SpanPattern,
  options: { times?: number } = {},
): void {
  const { times } = options;
  const call = `assertSpan(trace, expected${times === undefined ? "" : `, { times: ${times} }`})`;
  failUnless(
    blaming(assertSpan, () => checkSpan(call, trace, expected, times)),
    call,
    assertSpan,
  );
}

/**
 * @throws AssertionError when the tree of spans is not this one.
 *
 * @example
 * assertTree(trace, ["root", ["handleOrder", "kv_get", "calculateTotal", "fetch"]]);
 */
export function assertTree(trace: Recorded, expected: TreePattern): void {
  const call = "assertTree(trace, expected)";
  failUnless(
    blaming(assertTree, () => checkTree(call, trace, expected)),
    call,
    assertTree,
  );
}

function failUnless(check: Check, call: string, caller: (...args: never[]) => void): void {
  if (check.pass) return;
  const error = new AssertionError(`${call}\n\n${check.message()}\n`);
  beginStackAt(error, caller);
  throw error;
}

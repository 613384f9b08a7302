// The calls of the public API, each a few lines on the primitives of span.ts.
import type { Span as PublicSpan, Tracing as PublicTracing } from "./api.ts";
import type { AsyncContext } from "./host.ts";
import { settle, settleResult, tellFailed, type Watcher } from "./settle.ts";
import { closeSpan, failSpan, indexOf, invocationOf, requireArgument, Span, spanHandle } from "./span.ts";
import { INTERNAL } from "./span-record.ts";
import { lookNative } from "./stand-in.ts";
import { toText } from "./text.ts";

type Callback<A extends unknown[], T> = (span: PublicSpan, ...args: A) => T;

/** Stands in wherever nothing records: it has no state, so one serves all. */
const SILENT = spanHandle();

const ENDS_SPAN: Watcher<Span> = {
  succeeded: closeSpan,
  failed(span, error) {
    try {
      failSpan(span, error);
    } finally {
      // Needs less of the stack, of which an error may have left little.
      closeSpan(span);
    }
  },
};

/** Makes the API on an async context whose value is the active span. */
export function createTracing(active: AsyncContext<Span>): PublicTracing {
  const { enter, leave } = active;

  /** The new child, or undefined when it would record nothing. */
  function openChild(parent: Span | undefined, name: string): Span | undefined {
    if (parent === undefined) return undefined;
    return invocationOf(parent)?.open(indexOf(parent), name, INTERNAL);
  }

  /** Apart from its callers, whose variables a closure would put on the heap, also where it is not made. */
  function within<T, A extends unknown[]>(span: Span, callback: Callback<A, T>, args: A): () => T {
    return () => active.run(span, () => callback(span as PublicSpan, ...args));
  }

  class Tracing {
    enterSpan<T, A extends unknown[]>(this: unknown, name: string, callback: Callback<A, T>, ...args: A): T {
      requireThis(this);
      const text = toText(name);
      requireFunction(callback);
      const parent = active.getStore();
      const invocation = parent && invocationOf(parent);
      if (parent === undefined || !invocation?.sampled) return callback(SILENT as PublicSpan, ...args);
      const parentIndex = indexOf(parent);
      // The runtime instruments some bindings itself, in JavaScript and through the object that we have replaced. A call
      // that we wrap as well is one span: ours, which it joins.
      if (invocation.spans.join(parentIndex, text)) return callback(parent as PublicSpan, ...args);
      const span = invocation.open(parentIndex, text, INTERNAL);
      if (span === undefined) return callback(SILENT as PublicSpan, ...args);
      if (!enter || !leave) {
        return settle(within(span, callback, args), ENDS_SPAN, span);
      }
      let result: T;
      const entered = enter(span);
      try {
        result = callback(span as PublicSpan, ...args);
      } catch (error) {
        leave(entered, parent);
        tellFailed(ENDS_SPAN, span, error);
        throw error;
      }
      leave(entered, parent);
      return settleResult(result, ENDS_SPAN, span);
    }

    startActiveSpan<T, A extends unknown[]>(
      this: unknown,
      name: string,
      callback: Callback<A, T>,
      ...args: A
    ): T {
      requireThis(this);
      const text = toText(name);
      requireFunction(callback);
      const span = openChild(active.getStore(), text);
      if (span === undefined) return callback(SILENT as PublicSpan, ...args);
      return within(span, callback, args)();
    }

    startSpan(this: unknown, ...args: [name?: string]): PublicSpan {
      requireThis(this);
      // Any value names a span, undefined too, but there must be one.
      requireArgument(args, "a name");
      return (openChild(active.getStore(), toText(args[0])) ?? SILENT) as PublicSpan;
    }

    getActiveSpan(this: unknown): PublicSpan | undefined {
      requireThis(this);
      return active.getStore() as PublicSpan | undefined;
    }

    withActiveSpan<T, A extends unknown[]>(
      this: unknown,
      span: PublicSpan,
      callback: (...args: A) => T,
      ...args: A
    ): T {
      requireThis(this);
      // One that the runtime has made, before its tracing became ours, records nothing.
      const isOurs = (span as unknown) instanceof Span;
      if (!isOurs && span?.constructor.name !== "Span")
        throw new TypeError("withActiveSpan takes a span that tracing has made");
      requireFunction(callback);
      // A span that records nothing changes nothing: what runs under it keeps the parent it has.
      if (!isOurs || invocationOf(span as unknown as Span) === undefined) return callback(...args);
      return active.run(span as unknown as Span, () => callback(...args));
    }
  }
  lookNative(Tracing, "Tracing");
  return Object.create(Object.assign(Tracing.prototype, { Span })) as PublicTracing;
}

/** The class of what was called on last: to read a name of the runtime's own takes 15 ns. */
let known: unknown;

/** The runtime refuses calls on anything else, and code that passes here must pass there. Its own objects are called on, too. */
function requireThis(self: unknown): void {
  const { constructor: made } = Object(self) as object;
  if (made === known) return;
  if (made?.name !== "Tracing")
    throw new TypeError("Illegal invocation: call it as a method of tracing, not as a function taken off it");
  known = made;
}

function requireFunction(callback: unknown): void {
  if (typeof callback !== "function") throw new TypeError("The second argument has to be a function");
}

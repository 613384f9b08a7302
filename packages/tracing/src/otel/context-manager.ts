// OpenTelemetry's context beside the active span. Which span is active is known in one place, the async context that
// `tracing` uses; a context that is entered here sets it, and one that is read here shows it. Everything else that a
// context holds (baggage, keys of libraries) lives in an async context of its own.
import { type Context, type ContextManager, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { active, host } from "../process.ts";
import { invocationOf, type Span } from "../span.ts";
import { bindEmitter, isEmitter } from "./emitter.ts";
import { hasHidden, hide, isOurs, spanOf } from "./parent.ts";
import { otelSpanOf } from "./span.ts";

interface Entered {
  context: Context;
  /** The span that was active from then on. Another one that is active now was entered later, and lies further in. */
  span: Span | undefined;
}

/**
 * Keeps OpenTelemetry's context in the async context, with the span that is active for `tracing`. It works from the start;
 * `attach`, which is optional, it has not: no runtime lets a context be left open everywhere.
 */
export class EnterspanContextManager implements ContextManager {
  readonly #entered = host.createContext<Entered>();
  /** The last context shown for a span, so that the same question gets the same answer. */
  readonly #shown = new WeakMap<Span, { base: Context; context: Context }>();
  #isEnabled = true;

  /** The context that was entered last, with the span that is active; inside an invocation there always is one. */
  active(): Context {
    if (!this.#isEnabled) return ROOT_CONTEXT;
    const span = active.getStore();
    const entered = this.#entered.getStore();
    const base = entered?.context ?? ROOT_CONTEXT;
    return span === undefined || span === entered?.span ? base : this.#show(base, span);
  }

  /**
   * Runs `fn` with `context`, whose span becomes the active one for `tracing` too. With a context that has none it is the
   * invocation's root span; with one whose span is of another process it stays the one that is active.
   */
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const call = () => Reflect.apply(fn, thisArg, args) as ReturnType<F>;
    if (!this.#isEnabled) return call();
    const span = spanOf(context, active.getStore());
    return this.#entered.run({ context: this.#keeping(context, span), span }, () =>
      span === active.getStore() || span === undefined ? call() : active.run(span, call),
    );
  }

  /**
   * A function that runs `target` with `context`. An emitter is returned itself: listeners that are added to it from now
   * on run with `context`. Anything else is returned as it is.
   */
  bind<T>(context: Context, target: T): T {
    if (typeof target === "function") return this.#bindFunction(context, target) as T;
    if (isEmitter(target)) bindEmitter(target, (listener) => this.#bindFunction(context, listener));
    return target;
  }

  enable(): this {
    this.#isEnabled = true;
    return this;
  }

  /** From now on contexts are neither entered nor shown. Spans of `tracing` go on. */
  disable(): this {
    this.#isEnabled = false;
    return this;
  }

  /** `context` as it is seen inside: from it alone, wherever it is entered again, `span` is found. */
  #keeping(context: Context, span: Span | undefined): Context {
    const given = trace.getSpan(context);
    if (span === undefined || given === undefined)
      return span === undefined ? context : this.#show(context, span);
    return isOurs(given) && !hasHidden(context) ? context : hide(context, span);
  }

  #show(base: Context, span: Span): Context {
    const last = this.#shown.get(span);
    if (last?.base === base) return last.context;
    const invocation = invocationOf(span);
    if (invocation === undefined) return base;
    const shown = trace.setSpan(base, otelSpanOf(span, invocation));
    const context = hasHidden(base) ? hide(shown, span) : shown;
    this.#shown.set(span, { base, context });
    return context;
  }

  // biome-ignore lint/complexity/noBannedTypes: the API binds any function
  #bindFunction<F extends Function>(context: Context, target: F): F {
    const manager = this;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return manager.with(context, target as unknown as (...args: unknown[]) => unknown, this, ...args);
    };
    for (const property of ["name", "length"] as const) {
      Object.defineProperty(bound, property, { value: target[property], configurable: true });
    }
    return bound as unknown as F;
  }
}

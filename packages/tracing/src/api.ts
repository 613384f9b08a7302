// The public types of the custom-spans API, assignable both ways to those of `@cloudflare/workers-types`
// (api.types.test.ts holds them to it). They describe; tracing.ts and span.ts do.

export type SpanStatusCode = "unset" | "ok" | "error";

export interface SpanStatus {
  code: SpanStatusCode;
  /** Why, for a reader of the trace. Kept only with code `error`, as OpenTelemetry says. */
  message?: string;
}

export interface SpanContext {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  /** W3C trace flags: 1 when the trace is sampled, else 0. */
  traceFlags: number;
}

/** What `recordException` reads of an exception; anything else is accepted and recorded as far as it goes. */
export type Exception =
  | string
  | { code: string | number; name?: string; message?: string; stack?: string }
  | { code?: string | number; name: string; message?: string; stack?: string }
  | { code?: string | number; name?: string; message: string; stack?: string };

/** One timed operation of a trace. Spans are made by `Tracing`, never with `new`. */
export declare abstract class Span {
  /** True while the span records: false in an unsampled invocation, outside of one, and after the end. */
  get isTraced(): boolean;

  /** The span's identity on the wire; works after the end too. All zeros outside an invocation. */
  spanContext(): SpanContext;

  /**
   * Sets one attribute; the last value of a key wins; `undefined` is a no-op, as is any call after the end.
   * Values that are none of the declared types become their `String()`.
   *
   * Keys and values of a span may take 64 KiB in all. The attribute that crosses this is dropped, as are all later
   * ones, and the span says so in `cloudflare.warning.type` and `cloudflare.warning.message`.
   *
   * @throws TypeError for a BigInt or Symbol value.
   */
  setAttribute(key: string, value: boolean | number | string | undefined): this;

  /**
   * Sets each own enumerable entry as `setAttribute` does.
   * @throws TypeError when `attributes` is null or not an object.
   */
  setAttributes(attributes: Record<string, boolean | number | string | undefined>): this;

  /** Adds an `exception` event with OpenTelemetry's attributes. Never throws. */
  recordException(exception: Exception): void;

  /** Renames the span. Names longer than 64 bytes of UTF-8 are cut, never inside a character. */
  updateName(name: string): this;

  /**
   * Sets the outcome.
   * @throws TypeError when `code` is none of `unset`, `ok`, `error`.
   */
  setStatus(status: SpanStatus): this;

  /** Ends the span now. A second call changes nothing. */
  end(): void;
}

/** The custom-spans API, reached by `import { tracing } from "cloudflare:workers"` or as `ctx.tracing`. */
export interface Tracing {
  /**
   * Runs `callback(span, ...args)` with a new span active, and ends the span when the callback returns, throws, or
   * the promise it returned settles. Returns what the callback returned; for a promise, one that settles the same
   * way after the span has ended. Errors leave unchanged.
   *
   * @example
   * const user = await tracing.enterSpan("auth", async (span) => {
   *   span.setAttribute("user.plan", "enterprise");
   *   return authenticate(request);
   * });
   */
  enterSpan<T, A extends unknown[]>(name: string, callback: (span: Span, ...args: A) => T, ...args: A): T;

  /** As `enterSpan`, but the span stays open until `span.end()`; it is active only in the callback. */
  startActiveSpan<T, A extends unknown[]>(
    name: string,
    callback: (span: Span, ...args: A) => T,
    ...args: A
  ): T;

  /** A child of the active span that does not become active. Whoever starts it ends it. */
  startSpan(name: string): Span;

  /** The active span, which is the invocation's root span outside any other; outside an invocation `undefined`. */
  getActiveSpan(): Span | undefined;

  /** Runs `callback(...args)` with `span` active. The span may have ended: its id still is the parent. */
  withActiveSpan<T, A extends unknown[]>(span: Span, callback: (...args: A) => T, ...args: A): T;

  Span: typeof Span;
}

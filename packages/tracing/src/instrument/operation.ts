// The only code that wraps a platform call in a span. An instrumented binding says what the operation is called and
// which attributes its arguments and its result give; opening, ending and failing the span happen here.
//
// What describes a call has methods, and functions that are made anew for each call have no names: of every other
// function wrangler has the bundler define the name when it is made (`keep_names`), 0.25 µs each.
import { attempt } from "../attempt.ts";
import type { Runtime } from "../runtime.ts";
import { settle, type Watcher } from "../settle.ts";
import { closeSpan, failSpan, indexOf, invocationOf, type Span, writeAttribute } from "../span.ts";
import { type AttributeValue, CLIENT, type SpanKind } from "../span-record.ts";
import { lookLike, standIn } from "../stand-in.ts";
import { safeText } from "../text.ts";
import { setOwn } from "./own-property.ts";

/** Attributes as an operation gives them: what is undefined or null is left out. */
export type OperationAttributes = Record<string, AttributeValue | undefined | null>;

export interface Operation<T> {
  /** The span's name, from the catalogue. */
  name: string;
  kind?: SpanKind;
  /** What the call tells; only asked when the span records. */
  attributes: () => OperationAttributes;
  /** What the result tells; must not read from streams nor keep the result. */
  resultAttributes?: (value: Awaited<T>) => OperationAttributes;
  /** `error.type` of a failure; the error's name by default. */
  errorType?: (error: unknown) => string;
  /** What a failure tells besides. */
  errorAttributes?: (error: never) => OperationAttributes;
  /** Of a traced method: what is called in its place where a span records; `call` is the method itself. */
  instead?: (span: Span, call: () => T) => T;
  /** Whether nothing runs below the span: neither the program's code nor the runtime's own spans of the call. */
  isLeaf?: true;
}

/** One of which nothing but the call itself tells. */
export type PlainOperation = Pick<Operation<unknown>, "name" | "kind" | "attributes">;

/** Runs `call` in a span of its own when one is recorded here; otherwise just runs it. */
export function traceOperation<T>(
  runtime: Pick<Runtime, "active">,
  operation: Operation<T>,
  call: (span?: Span) => T,
): T {
  const parent = runtime.active.getStore();
  if (parent === undefined) return call();
  const invocation = invocationOf(parent);
  const span = invocation?.open(indexOf(parent), operation.name, operation.kind ?? CLIENT);
  if (invocation === undefined || span === undefined) return call();
  annotate(span, operation.attributes);
  if (!operation.isLeaf) invocation.spans.markOperation(indexOf(span));
  return settle(
    () => (operation.isLeaf ? call(span) : runtime.active.run(span, () => call(span))),
    ENDS_OPERATION,
    { span, operation: operation as Operation<unknown> },
  );
}

const ENDS_OPERATION: Watcher<{ span: Span; operation: Operation<unknown> }> = {
  succeeded({ span, operation }, value) {
    if (operation.resultAttributes !== undefined && !isJoined(span)) {
      annotate(span, () => operation.resultAttributes?.(value) ?? {});
    }
    closeSpan(span);
  },
  failed({ span, operation }, error) {
    if (!isJoined(span)) {
      annotate(span, () => ({
        "error.type": operation.errorType?.(error) ?? errorName(error),
        ...operation.errorAttributes?.(error as never),
      }));
    }
    failSpan(span, error);
    closeSpan(span);
  },
};

/** Whether the runtime tells of the call itself, on the same span. */
function isJoined(span: Span): boolean {
  return invocationOf(span)?.spans.isJoined(indexOf(span)) === true;
}

/**
 * Sets the attributes that `read` gives, where the span records; where that fails the span keeps what it has. What the
 * program has given in the place of a value becomes text: it could not be encoded, and would take the trace along.
 */
export function annotate(span: Span, read: () => OperationAttributes): void {
  if (!invocationOf(span)?.sampled) return;
  const attributes = attempt(read) ?? {};
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined || value === null) continue;
    const isValue = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
    writeAttribute(span, key, isValue ? value : safeText(value, ""));
  }
}

/**
 * Makes each call of `target[method]` the operation that `describe` gives for its arguments. Where it gives none the call
 * goes by as it is: what the platform refuses, it never sends. A method that is missing is left alone.
 */
export function traceMethod<T extends object>(
  runtime: Runtime,
  target: T,
  method: keyof T & string,
  describe: (args: unknown[], self: unknown) => Operation<unknown> | undefined,
): void {
  shadow(target, method, (original) => {
    const call = original as (this: unknown, ...args: unknown[]) => unknown;
    const traced = function (this: unknown, ...args: unknown[]): unknown {
      const parent = runtime.active.getStore();
      const operation =
        parent && invocationOf(parent)?.sampled ? attempt(() => describe(args, this)) : undefined;
      // Over RPC every name is a method, `apply` of a method too.
      if (operation === undefined) return Reflect.apply(call, this, args);
      return traceOperation(runtime, operation, (span) =>
        span !== undefined && operation.instead !== undefined
          ? operation.instead(span, () => Reflect.apply(call, this, args))
          : Reflect.apply(call, this, args),
      );
    };
    return traced as T[typeof method];
  });
}

/**
 * Replaces a method of one object by an own property, so that identity and `this` stay; not enumerable, unless it is one
 * already: a prototype's stays as it is.
 */
export function shadow<T extends object, K extends keyof T & (string | symbol)>(
  target: T,
  method: K,
  make: (original: T[K]) => T[K],
): void {
  const original = target[method];
  if (typeof original !== "function") return;
  const replacement = make(original);
  standIn(lookLike(replacement as object, original));
  setOwn(target, method, replacement, Object.getOwnPropertyDescriptor(target, method)?.enumerable);
}

/** Shows `see` what `target[method]` returns before the caller gets it, with the arguments and `this` of the call. */
export function seeResults<T extends object, R>(
  target: T,
  method: keyof T & string,
  see: (result: R, args: unknown[], self: object) => void,
): void {
  shadow(target, method, (original) => {
    const seen = function (this: object, ...args: unknown[]): unknown {
      const result = Reflect.apply(original as (...args: unknown[]) => R, this, args);
      attempt(() => see(result, args, this));
      return result;
    };
    return seen as T[typeof method];
  });
}

const done = new WeakSet<object>();

/** Calls `instrument` with the prototype of `one` if it has not been before: of what there is much of, and of one class. */
export function instrumentOnce<T extends object>(one: T, instrument: (prototype: T) => void): void {
  const prototype = Object.getPrototypeOf(one) as T;
  if (done.has(prototype)) return;
  done.add(prototype);
  instrument(prototype);
}

export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

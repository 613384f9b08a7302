// Random programs of the custom-spans API, as JSON. run.ts runs one on a runtime, predict.ts says what it must record,
// generate.ts makes them up. A step that cannot be taken where it stands is skipped by all alike, so that any part of a
// program is a program, and failing ones can be shrunk.

export interface Program {
  body: Block;
  /** An error that nothing in the body catches leaves the handler. */
  leavesErrors: boolean;
  /** Whoever has started spans ends those still open when it is done. */
  endsAll: boolean;
}

/** Steps taken one after another. */
export type Block = Step[];

export type Step =
  /** `isAsync` of a callback counts only where the steps around it may wait. */
  | { do: "enter"; name: Text; isAsync: boolean; returns: Returned; body: Block }
  | { do: "startActive"; slot: Slot; name: Text; isAsync: boolean; body: Block }
  | { do: "start"; slot: Slot; name: Text }
  /** Skipped when the slot is empty. */
  | { do: "with"; slot: Slot; isAsync: boolean; body: Block }
  /** Of a span that another flow has started: skipped, as are notes on it. */
  | { do: "end"; on: Target }
  | { do: "note"; on: Target; note: Note }
  /** The text says whether the target is traced, too. */
  | { do: "log"; level: Level; text: string; on: Target }
  | { do: "pause"; by: Pause }
  | { do: "callback"; via: DirectVia; body: Block }
  /** Skipped where steps may not wait. */
  | { do: "callbackLater"; via: WaitingVia; body: Block }
  /** Each branch is a flow of its own. The first of its errors goes on once all have settled. */
  | { do: "parallel"; branches: Block[] }
  /** A flow of its own, whose errors end with it. */
  | { do: "waitUntil"; body: Block }
  | { do: "attempt"; body: Block; caught: Caught }
  | { do: "throw"; kind: ErrorKind; message: string };

/** A place for the handle of a span that is started; a flow sees those that were filled when it began. */
export type Slot = 0 | 1 | 2;

/** The active span, or one in a slot. */
export type Target = "active" | Slot;

/** Keys of attributes: few, so that they meet. */
export const KEYS: readonly string[] = ["k", "l", "m", "", "dotted.key", "ключ"];

/** What a name or a value is given as. */
export type Text = string | number | boolean | null | { object: true };

export const LEVELS = ["debug", "info", "log", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/**
 * How an `enter` callback gives back what its caller checks: directly, as a thenable, as a promise of a subclass or as one
 * with a `then` of its own.
 */
export const RETURNED = ["plain", "thenable", "subclass", "ownThen"] as const;
export type Returned = (typeof RETURNED)[number];

export const PAUSES = ["microtask", "timer", "macrotask"] as const;
export type Pause = (typeof PAUSES)[number];

/** How a body is called back: those that wait for it. */
export const WAITING_VIAS = [
  "timer",
  "microtask",
  "then",
  "stream",
  "transform",
  "generator",
  /** By a thenable that a span of this name has given back, once it is awaited. */
  "lazy",
] as const;
/** Those that do not. Another span is active where a resource, a snapshot or a bound function is called. */
export const DIRECT_VIAS = ["listener", "resource", "snapshot", "bound", "iterator"] as const;
export type WaitingVia = (typeof WAITING_VIAS)[number];
export type DirectVia = (typeof DIRECT_VIAS)[number];

/** What becomes of an error that is caught: noted on the active span it goes on as well. */
export const CAUGHT = ["swallow", "rethrow", "record", "replace"] as const;
export type Caught = (typeof CAUGHT)[number];

export const ERROR_KINDS = [
  "error",
  "typeError",
  "frozen",
  "string",
  "number",
  "undefined",
  "object",
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export type Note =
  | { set: string; value: Value }
  | { setAll: [key: string, value: Value][] }
  | { status: "unset" | "ok" | "error" | "wrong"; message?: string }
  | { name: Text }
  | { exception: Recorded };

/** Values that JSON cannot hold go by their name. */
export type Value = string | number | boolean | null | { as: Special };
export type Special = keyof typeof SPECIAL;

export type Recorded = { error: string } | { string: string } | { named: string } | { number: number };

/** Each with what an attribute becomes of it; `throws` where it is refused, `ignored` where it is no value at all. */
export const SPECIAL = {
  undefined: { value: () => undefined, becomes: { is: "ignored" } },
  nan: { value: () => Number.NaN, becomes: { is: Number.NaN } },
  infinity: { value: () => Number.NEGATIVE_INFINITY, becomes: { is: Number.NEGATIVE_INFINITY } },
  negativeZero: { value: () => -0, becomes: { is: -0 } },
  object: { value: () => ({ a: 1 }), becomes: { is: "[object Object]" } },
  array: { value: () => [1, [2, 3]], becomes: { is: "1,2,3" } },
  boxed: { value: () => new Number(4), becomes: { is: "4" } },
  bigint: { value: () => 5n, becomes: { is: "throws" } },
  symbol: { value: () => Symbol("value"), becomes: { is: "throws" } },
} as const;

/** The text of the number that is thrown with this message. */
export function givenNumber(message: string): string {
  return String(Number.parseInt(message, 16));
}

/** A text as it is given to the API. */
export function givenText(text: Text): unknown {
  return typeof text === "object" && text !== null ? {} : text;
}

/** A value as it is given to the API. */
export function givenValue(value: Value): unknown {
  return typeof value === "object" && value !== null ? SPECIAL[value.as].value() : value;
}

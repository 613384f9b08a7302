// What a key means in the waterfall. Pure: the hook that listens is in use-keys.ts.

export type Action =
  | "down"
  | "up"
  | "page-down"
  | "page-up"
  | "first"
  | "last"
  | "scroll-down"
  | "scroll-up"
  | "expand"
  | "collapse"
  | "collapse-all"
  | "expand-all"
  | "collapse-level"
  | "expand-level"
  | "pan-left"
  | "pan-right"
  | "zoom-in"
  | "zoom-out"
  | "zoom-whole"
  | "critical-path"
  | "open"
  | "close"
  | "next-error"
  | "previous-error"
  | "next-match"
  | "previous-match"
  | "find"
  | "help";

const ACTIONS: Readonly<Record<string, Action>> = {
  ArrowDown: "down",
  j: "down",
  ArrowUp: "up",
  k: "up",
  PageDown: "page-down",
  PageUp: "page-up",
  Home: "first",
  End: "last",
  s: "scroll-down",
  w: "scroll-up",
  ArrowRight: "expand",
  l: "expand",
  ArrowLeft: "collapse",
  h: "collapse",
  "[": "collapse-all",
  "]": "expand-all",
  "{": "collapse-level",
  "}": "expand-level",
  a: "pan-left",
  d: "pan-right",
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  "0": "zoom-whole",
  c: "critical-path",
  Enter: "open",
  Escape: "close",
  e: "next-error",
  E: "previous-error",
  f: "next-match",
  b: "previous-match",
  "/": "find",
  "?": "help",
};

interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Undefined for keys that belong to the browser or to nobody. */
export function actionOf({ key, ctrlKey, metaKey, altKey }: KeyPress): Action | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
}

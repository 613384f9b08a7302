// What one look of `enterspan doctor` finds.

export interface Finding {
  level: "ok" | "warn" | "fail";
  /** What was looked at, in a word or two. */
  what: string;
  /** What was seen. */
  seen: string;
  /** How to mend it, unless it is ok. */
  mend?: string;
}

export const ok = (what: string, seen: string): Finding => ({ level: "ok", what, seen });
export const warn = (what: string, seen: string, mend: string): Finding => ({
  level: "warn",
  what,
  seen,
  mend,
});
export const fail = (what: string, seen: string, mend: string): Finding => ({
  level: "fail",
  what,
  seen,
  mend,
});

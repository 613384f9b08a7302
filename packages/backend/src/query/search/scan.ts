// Text → tokens. What a character means depends on whether a value may stand there, so the parser asks for the kind of
// token that it can use: a term's beginning, an operator, a value. Whitespace parts tokens and is else without meaning.

import { type Range, SearchError } from "./syntax.ts";

export const OPERATORS = [":", "=", "!=", ">=", "<=", ">", "<", "~", "!~"] as const;
export type Operator = (typeof OPERATORS)[number];

/** Longest first, so that `>=` is not read as `>`. */
const LONGEST_FIRST = [...OPERATORS].sort((a, b) => b.length - a.length);

/** Ends a word; `://` does not, so that an address can be searched for as it is. */
const ENDS_WORD = /[\s()":=!<>~]/;
const ENDS_VALUE = /[\s()"]/;
/** Behind a backslash these stand for themselves; before anything else a backslash is one. */
const ESCAPABLE = /[\s()",*\\]/;

export interface Text {
  /** Parted at each `*` that is a wildcard. */
  parts: [string, ...string[]];
  isQuoted: boolean;
  range: Range;
}

export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipSpace(): void {
    while (this.at < this.text.length && /\s/.test(this.text[this.at] as string)) this.at++;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  get next(): string {
    return this.text[this.at] ?? "";
  }

  /** Takes `sign` if it comes next. */
  take(sign: string): boolean {
    if (!this.text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    return true;
  }

  operator(): Operator | undefined {
    return LONGEST_FIRST.find((sign) => this.take(sign));
  }

  /** A key or a piece of text: quoted, or up to a space or a sign. `undefined` where there is none. */
  word(): { text: string; isQuoted: boolean; range: Range } | undefined {
    const from = this.at;
    if (this.next === '"') {
      const text = this.#quoted();
      return { text, isQuoted: true, range: { from, to: this.at } };
    }
    while (!this.isAtEnd && (!ENDS_WORD.test(this.next) || this.text.startsWith("://", this.at))) {
      this.at += this.next === ":" ? 3 : 1;
    }
    if (this.at === from) return undefined;
    return { text: this.text.slice(from, this.at), isQuoted: false, range: { from, to: this.at } };
  }

  /** What may stand behind an operator; `isListed` ends it at a comma too. */
  value(isListed: boolean): Text | undefined {
    const from = this.at;
    if (this.next === '"') {
      const text = this.#quoted();
      return { parts: [text], isQuoted: true, range: { from, to: this.at } };
    }
    const parts: [string, ...string[]] = [""];
    const add = (text: string) => {
      parts[parts.length - 1] += text;
    };
    while (!this.isAtEnd && !ENDS_VALUE.test(this.next) && !(isListed && this.next === ",")) {
      const escaped = this.text[this.at + 1];
      if (this.next === "\\" && escaped !== undefined && ESCAPABLE.test(escaped)) {
        add(escaped);
        this.at += 2;
      } else if (this.take("*")) {
        if (parts.length === 1 || parts.at(-1) !== "") parts.push("");
      } else {
        add(this.next);
        this.at++;
      }
    }
    return this.at === from ? undefined : { parts, isQuoted: false, range: { from, to: this.at } };
  }

  /** A regular expression: quoted, or up to a space, a quote or a parenthesis, with every backslash kept. */
  pattern(): string | undefined {
    if (this.next === '"') return this.#quoted();
    const from = this.at;
    while (!this.isAtEnd && !ENDS_VALUE.test(this.next)) this.at++;
    return this.at === from ? undefined : this.text.slice(from, this.at);
  }

  /** Within quotes a backslash stands before a quote or a backslash, and else for itself. */
  #quoted(): string {
    const from = this.at++;
    let text = "";
    while (!this.isAtEnd) {
      const escaped = this.text[this.at + 1];
      if (this.take('"')) return text;
      if (this.next === "\\" && (escaped === '"' || escaped === "\\")) this.at++;
      text += this.next;
      this.at++;
    }
    throw new SearchError("this quote is never closed", { from, to: this.text.length }, ['a second "']);
  }
}

// Text → tree, by recursive descent: `or` binds loosest, then `and` (or nothing between two terms), then `not` and `-`.

import { type Operator, Scanner, type Text } from "./scan.ts";
import { type FieldTest, type Literal, type Range, type Search, SearchError, type Value } from "./syntax.ts";

/** Of the text. A page's address and a log line hold that much. */
export const MAX_LENGTH = 4096;
/** Each becomes a condition in two SQL statements, which thousands make slow to plan. Values of a list count. */
export const MAX_TERMS = 200;
/** Parentheses and negations within each other: far more than people write, far less than the stack holds. */
export const MAX_DEPTH = 32;

const TERM = ["a key", "text", '"("'];

/** `undefined` for text without any term: nothing is asked for. @throws SearchError and nothing else. */
export function parseSearch(text: string): Search | undefined {
  if (text.length > MAX_LENGTH) {
    throw new SearchError(`a search may have ${MAX_LENGTH} characters, this has ${text.length}`, {
      from: MAX_LENGTH,
      to: text.length,
    });
  }
  const parser = new Parser(text);
  return parser.search();
}

class Parser {
  readonly #scan: Scanner;
  #terms = 0;
  #depth = 0;

  constructor(text: string) {
    this.#scan = new Scanner(text);
  }

  search(): Search | undefined {
    this.#scan.skipSpace();
    if (this.#scan.isAtEnd) return undefined;
    const found = this.#any();
    // Only a parenthesis ends a term early.
    if (!this.#scan.isAtEnd)
      throw new SearchError('")" closes nothing', this.#here(1), ['a "(" before it', "nothing"]);
    return found;
  }

  #any(): Search {
    const parts = [this.#all()];
    while (this.#keyword("or")) parts.push(this.#all());
    return groupOf("any", parts);
  }

  #all(): Search {
    const parts = [this.#not()];
    for (;;) {
      this.#scan.skipSpace();
      if (this.#scan.isAtEnd || this.#scan.next === ")" || this.#isKeyword("or"))
        return groupOf("all", parts);
      this.#keyword("and");
      parts.push(this.#not());
    }
  }

  #not(): Search {
    this.#scan.skipSpace();
    const from = this.#scan.at;
    if (this.#scan.take("-")) {
      // Apart from its term it is a dash that somebody wrote for itself.
      if (this.#scan.isAtEnd || /[\s)]/.test(this.#scan.next))
        throw new SearchError('"-" stands alone', { from, to: from + 1 }, [
          "a term right behind it",
          "quotes around it",
        ]);
      return this.#deeper(() => ({ kind: "not", part: this.#not() }));
    }
    if (this.#keyword("not")) return this.#deeper(() => ({ kind: "not", part: this.#not() }));
    if (this.#scan.take("(")) return this.#deeper(() => this.#inParentheses(from));
    return this.#term();
  }

  #inParentheses(from: number): Search {
    const inner = this.#any();
    if (!this.#scan.take(")"))
      throw new SearchError('this "(" is never closed', { from, to: from + 1 }, ['a ")"']);
    return inner;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH)
      throw new SearchError(`parentheses and negations nest deeper than ${MAX_DEPTH}`, this.#here(1));
    const inner = read();
    this.#depth--;
    return inner;
  }

  #term(): Search {
    const { from } = this.#here(0);
    const isKeyword = this.#isKeyword("or") || this.#isKeyword("and");
    const word = isKeyword ? undefined : this.#scan.word();
    if (!word) throw this.#unexpected(TERM);
    this.#count(word.range);
    const operator = this.#operator();
    if (word.text === "") throw new SearchError("there is nothing between the quotes", word.range, ["text"]);
    const { text: key, isQuoted } = word;
    const field = <Rest extends object>(rest: Rest) => ({
      kind: "field" as const,
      key,
      isQuoted,
      range: { from, to: this.#scan.at },
      ...rest,
    });
    switch (operator) {
      case undefined:
        if (this.#keyword("exists")) return field({ test: "exists" });
        return { kind: "text", text: key, range: word.range };
      case ":":
      case "=":
        return field(this.#equality());
      case "!=": {
        const test = this.#equality();
        return { kind: "not", part: field(test) };
      }
      case "~":
        return field({ test: "regex", pattern: this.#pattern() });
      case "!~": {
        const pattern = this.#pattern();
        return { kind: "not", part: field({ test: "regex", pattern }) };
      }
      default:
        return field({ test: operator, value: literalOf(this.#value(false)) });
    }
  }

  /** Spaces may stand around an operator, but for `:`, which people write behind words. */
  #operator(): Operator | undefined {
    const from = this.#scan.at;
    this.#scan.skipSpace();
    const isApart = this.#scan.at > from;
    const operator = this.#scan.operator();
    if (operator === undefined || (operator === ":" && isApart)) this.#scan.at = from;
    else if (operator === ":") return operator;
    else this.#scan.skipSpace();
    return this.#scan.at === from ? undefined : operator;
  }

  #pattern(): string {
    const pattern = this.#scan.pattern();
    if (pattern) return pattern;
    throw this.#unexpected(["a regular expression"]);
  }

  /** What stands behind `:`, `=` and `!=`: everything, a range, one value or a list of them. */
  #equality(): FieldTest {
    const values = this.#scan.take("(") ? this.#list() : undefined;
    if (values && values.length > 1) return { test: "is", values };
    const value = values ? values[0] : this.#value(false);
    const range = value.isQuoted || value.parts.length > 1 ? undefined : rangeOf(value);
    if (range) return range;
    if (value.parts.every((part) => part === "") && value.parts.length > 1) return { test: "exists" };
    return { test: "is", values: [value] };
  }

  #list(): [Value, ...Value[]] {
    const { from } = this.#here(-1);
    const values: Value[] = [];
    for (;;) {
      this.#scan.skipSpace();
      const value = this.#value(true);
      if (values.length > 0) this.#count(value.range);
      values.push(value);
      this.#scan.skipSpace();
      if (this.#scan.take(")")) return values as [Value, ...Value[]];
      if (this.#scan.isAtEnd)
        throw new SearchError("this list is never closed", { from, to: from + 1 }, ['a ")"']);
      if (!this.#scan.take(",")) throw this.#unexpected(['","', '")"']);
    }
  }

  #value(isListed: boolean): Text {
    const value = this.#scan.value(isListed);
    if (value) return value;
    throw this.#unexpected(isListed ? ["a value"] : ["a value behind the operator"]);
  }

  /** Whether a word comes next and is this one, in any case, and no key. */
  #isKeyword(keyword: string): boolean {
    const from = this.#scan.at;
    this.#scan.skipSpace();
    const word = this.#scan.next === '"' ? undefined : this.#scan.word();
    const isIt = word?.text.toLowerCase() === keyword && !/[:=!<>~]/.test(this.#scan.next);
    this.#scan.at = from;
    return isIt;
  }

  #keyword(keyword: string): boolean {
    if (!this.#isKeyword(keyword)) return false;
    this.#scan.skipSpace();
    this.#scan.at += keyword.length;
    return true;
  }

  #count(range: Range): void {
    if (++this.#terms > MAX_TERMS)
      throw new SearchError(`a search may have ${MAX_TERMS} terms and values in all`, range);
  }

  #here(length: number): Range {
    return { from: this.#scan.at + Math.min(length, 0), to: this.#scan.at + Math.max(length, 0) };
  }

  #unexpected(expected: readonly string[]): SearchError {
    if (this.#scan.isAtEnd) return new SearchError("it ends here", this.#here(0), expected);
    const word = this.#isKeyword("or") || this.#isKeyword("and") ? this.#scan.word()?.text : undefined;
    if (word !== undefined) this.#scan.at -= word.length;
    const found = word ?? String.fromCodePoint(this.#scan.text.codePointAt(this.#scan.at) as number);
    const what = /\s/.test(found) ? "a space stands here" : `"${found}" cannot stand here`;
    return new SearchError(what, this.#here(found.length), expected);
  }
}

function groupOf(kind: "all" | "any", parts: Search[]): Search {
  return parts.length === 1 ? (parts[0] as Search) : { kind, parts };
}

/** Wildcards have no meaning where values are compared by size. */
const literalOf = ({ parts, isQuoted, range }: Text): Literal => ({ text: parts.join("*"), isQuoted, range });

/** `1..5`, `100ms..`, `..2026-01-01`: dots between what begins with a digit or a sign. Other dots are text. */
const RANGE = /^([-+.]?\d.*?)?\.\.([-+.]?\d.*)?$/;

function rangeOf({ parts: [text], range: { from, to } }: Value): FieldTest | undefined {
  const [, low, high] = RANGE.exec(text) ?? [];
  if (low === undefined && high === undefined) return undefined;
  return {
    test: "range",
    ...(low !== undefined && { low: { text: low, isQuoted: false, range: { from, to: from + low.length } } }),
    ...(high !== undefined && {
      high: { text: high, isQuoted: false, range: { from: to - high.length, to } },
    }),
  };
}

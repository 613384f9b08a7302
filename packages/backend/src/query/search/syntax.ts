// What a search says, as a tree. parse.ts makes it of text, print.ts makes text of it, filter.ts a filter. The grammar is
// in docs/search.md. Nothing here needs a runtime: the explorer imports it as the server does.

/** A part of the searched text, counted in UTF-16 code units; `to` is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Search = Group | Not | TextTerm | FieldTerm;

export interface Group {
  readonly kind: "all" | "any";
  /** Two or more. */
  readonly parts: readonly Search[];
}

export interface Not {
  readonly kind: "not";
  readonly part: Search;
}

/** Text to find anywhere in an event, in any case. Never empty. */
export interface TextTerm {
  readonly kind: "text";
  readonly text: string;
  readonly range: Range;
}

export type FieldTerm = FieldTest & {
  readonly kind: "field";
  readonly key: string;
  /** A key in quotes is an attribute's, also where a field of events has the same name. */
  readonly isQuoted: boolean;
  readonly range: Range;
};

export type FieldTest =
  | { readonly test: "exists" }
  /** One of these values. What `!=` says is a `not` around it. */
  | { readonly test: "is"; readonly values: readonly [Value, ...Value[]] }
  | { readonly test: "regex"; readonly pattern: string }
  | { readonly test: Comparison; readonly value: Literal }
  /** Both ends belong to it; one of them may be missing. */
  | { readonly test: "range"; readonly low?: Literal; readonly high?: Literal };

export type Comparison = ">" | ">=" | "<" | "<=";

/** What stands between wildcards: `["GET ", ""]` is everything that begins with `GET `. One part has no wildcard. */
export interface Value {
  readonly parts: readonly [string, ...string[]];
  /** Text in quotes has no wildcards and is no number. */
  readonly isQuoted: boolean;
  readonly range: Range;
}

export interface Literal {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly range: Range;
}

/** The one error of this folder: what was typed is not a search. */
export class SearchError extends Error {
  override readonly name = "SearchError";
  readonly range: Range;
  /** What could stand there instead, in words. */
  readonly expected: readonly string[];

  /** `what` is the fault, such as `")" without "("`. The message adds where it is and what was expected. */
  constructor(what: string, range: Range, expected: readonly string[] = []) {
    const instead = expected.length === 0 ? "" : `; expected ${listed(expected)}`;
    super(`search, character ${range.from + 1}: ${what}${instead}`);
    this.range = range;
    this.expected = expected;
  }
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

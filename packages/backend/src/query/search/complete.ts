// What may stand at the cursor of a search that is being typed: keys, operators, values, words between terms. Which keys
// and values there are is asked of the caller; nothing behind the cursor matters.

import { SEARCH_FIELDS, searchField } from "./fields.ts";
import { printKey, printValue } from "./print.ts";
import { OPERATORS, Scanner } from "./scan.ts";
import { SearchError } from "./syntax.ts";

export interface Completion {
  /** What the chosen item's text replaces, up to the cursor. */
  readonly from: number;
  readonly to: number;
  /** Best first, at most 50. */
  readonly items: readonly CompletionItem[];
}

export interface CompletionItem {
  readonly kind: "key" | "operator" | "value" | "word";
  /** As it must be typed, quoted where it must be. */
  readonly text: string;
  readonly about?: string;
}

/** What has been stored. Either may give more than match, which are left out; what they throw is the caller's own. */
export interface CompletionSource {
  /** Keys of attributes, and telemetry keys. */
  keys(prefix: string): Promise<readonly string[]>;
  values(key: string, isQuoted: boolean, prefix: string): Promise<readonly string[]>;
}

const MAX_ITEMS = 50;

const ABOUT_OPERATOR: Readonly<Record<(typeof OPERATORS)[number], string>> = {
  ":": "is; * for anything, (a, b) for one of several, 1..5 for a range",
  "=": "is",
  "!=": "is not",
  ">=": "at least",
  "<=": "at most",
  ">": "more than",
  "<": "less than",
  "~": "matches a regular expression",
  "!~": "does not match",
};

/** Never fails because of `text`, however broken. `cursor` is a position in it, in UTF-16 code units. */
export async function completeSearch(
  text: string,
  cursor: number,
  source: CompletionSource,
): Promise<Completion> {
  const place = placeAt(text.slice(0, cursor));
  const items = place.kind === "value" ? await valueItems(place, source) : await termItems(place, source);
  return { from: place.from, to: Math.min(cursor, text.length), items: items.slice(0, MAX_ITEMS) };
}

type Place =
  /** `isAfterTerm`: a term is complete before it; `isAfterWord`: and it is a word that may be a key. */
  | { kind: "term"; from: number; prefix: string; isAfterTerm: boolean; isAfterWord: boolean }
  | { kind: "value"; from: number; prefix: string; key: string; isQuoted: boolean };

/** Where the end of `text` stands. */
function placeAt(text: string): Place {
  const scan = new Scanner(text);
  const before = { isAfterTerm: false, isAfterWord: false };
  for (;;) {
    scan.skipSpace();
    const from = scan.at;
    if (scan.isAtEnd) return { kind: "term", from, prefix: "", ...before };
    if (scan.take("(") || scan.take("-")) {
      Object.assign(before, { isAfterTerm: false, isAfterWord: false });
      continue;
    }
    if (scan.take(")")) {
      Object.assign(before, { isAfterTerm: true, isAfterWord: false });
      continue;
    }
    const word = untilQuoteEnds(text, () => scan.word());
    // A quote that is being typed may become a key or a text.
    if (word === "open") return { kind: "term", from, prefix: text.slice(from + 1), ...before };
    if (scan.isAtEnd && word) return { kind: "term", from, prefix: word.text, ...before };
    scan.skipSpace();
    if (scan.operator() === undefined) {
      const isKeyword = /^(and|or|not)$/i.test(word?.text ?? "");
      Object.assign(before, { isAfterTerm: !isKeyword, isAfterWord: !isKeyword && word !== undefined });
      // Neither a word nor a sign that is known: passed over, whatever it is.
      if (!word) scan.at++;
      continue;
    }
    const value = valueAt(scan, word?.text ?? "", word?.isQuoted ?? false);
    if (value) return value;
    Object.assign(before, { isAfterTerm: true, isAfterWord: false });
  }
}

/** The value at the end of the text, if it reaches there. */
function valueAt(scan: Scanner, key: string, isQuoted: boolean): Place | undefined {
  scan.skipSpace();
  const isListed = scan.take("(");
  for (;;) {
    scan.skipSpace();
    const from = scan.at;
    const place = (prefix: string): Place => ({ kind: "value", from, prefix, key, isQuoted });
    if (scan.isAtEnd) return place("");
    const value = untilQuoteEnds(scan.text, () => scan.value(isListed));
    if (value === "open") return place(scan.text.slice(from + 1));
    if (scan.isAtEnd && value) return place(value.parts.join("*"));
    if (!isListed) return undefined;
    scan.skipSpace();
    if (!scan.take(",")) {
      scan.take(")");
      return scan.isAtEnd && scan.text.at(-1) !== ")" ? place("") : undefined;
    }
  }
}

function untilQuoteEnds<T>(text: string, read: () => T): T | "open" {
  try {
    return read();
  } catch (error) {
    if (error instanceof SearchError && error.range.to === text.length) return "open";
    throw error;
  }
}

async function valueItems(
  { key, isQuoted, prefix }: Extract<Place, { kind: "value" }>,
  source: CompletionSource,
) {
  const { choices } = searchField(key, isQuoted);
  const values = choices ? Object.keys(choices) : await source.values(key, isQuoted, prefix);
  return matching(values, prefix).map(
    (value): CompletionItem => ({ kind: "value", text: printValue(value) }),
  );
}

async function termItems(place: Extract<Place, { kind: "term" }>, source: CompletionSource) {
  const { prefix, isAfterTerm, isAfterWord } = place;
  const keys = await source.keys(prefix);
  const isKey = SEARCH_FIELDS.has(prefix) || keys.includes(prefix);
  const words = [...(isAfterWord ? ["exists"] : []), ...(isAfterTerm ? ["and", "or"] : []), "not"];
  return [
    ...(isKey ? operatorItems(prefix) : []),
    ...matching([...SEARCH_FIELDS.keys()], prefix).map(
      (key): CompletionItem => ({ kind: "key", text: key, about: SEARCH_FIELDS.get(key)?.about ?? "" }),
    ),
    ...matching(keys, prefix).map((key): CompletionItem => ({ kind: "key", text: printKey(key) })),
    ...words
      .filter((word) => word.startsWith(prefix.toLowerCase()))
      .map((text): CompletionItem => ({ kind: "word", text })),
  ];
}

const operatorItems = (key: string): CompletionItem[] =>
  OPERATORS.map((sign) => ({
    kind: "operator",
    text: `${SEARCH_FIELDS.has(key) ? key : printKey(key)}${sign}`,
    about: ABOUT_OPERATOR[sign],
  }));

/** Those that hold what was typed, in any case; those that begin with it first. */
function matching(texts: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const found = texts.filter((text) => text.toLowerCase().includes(wanted));
  const begins = (text: string) => text.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((text) => !begins(text))];
}

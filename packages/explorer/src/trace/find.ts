// Find inside a trace: which spans a query is about. The first look through 100,000 spans reads a million attributes,
// which takes longer than a key may; so their texts are gathered before, a slice at a time, each different one once.
import { parseFindQuery } from "./find-query.ts";
import { eachText, searchedLine } from "./find-span.ts";
import type { Span } from "./model.ts";
import type { Tree } from "./tree.ts";

export interface Found {
  /** Positions in the tree, ascending. */
  readonly positions: Uint32Array;
  /** 1 at each of them. */
  readonly marks: Uint8Array;
}

export const NOTHING_FOUND: Found = { positions: new Uint32Array(0), marks: new Uint8Array(0) };

const SLICE_SPANS = 64;

export class FindIndex {
  readonly #tree: Tree;
  /** Numbers of the texts of all spans, one span's after another's; `#ends` says where each span's end. */
  #numbers = new Uint32Array(1_024);
  readonly #ends: Uint32Array;
  #count = 0;
  /** Spans that have been gathered. */
  #spans = 0;
  #texts: string[] = [];
  /** By key, "" for a span's own texts, then by value: joined to be looked up they would have to be copied each time. */
  #numberOf = new Map<string, Map<string, number>>();
  /** All texts, parted by line ends, and where each begins; made when all are gathered. */
  #haystack = "";
  #starts = new Uint32Array(0);

  constructor(tree: Tree) {
    this.#tree = tree;
    this.#ends = new Uint32Array(tree.spans.length);
  }

  /** Gathers texts for as long as `mayGoOn` says so. Returns whether all are gathered. */
  gather(mayGoOn: () => boolean): boolean {
    const { spans } = this.#tree;
    while (this.#spans < spans.length && mayGoOn()) {
      const end = Math.min(spans.length, this.#spans + SLICE_SPANS);
      for (; this.#spans < end; this.#spans++) this.#gatherSpan(spans[this.#spans] as Span);
      if (this.#spans === spans.length) this.#finish();
    }
    return this.#spans === spans.length;
  }

  /**
   * Spans for which every term of the query holds: it is in the name, span id, service, status message, or in an
   * attribute as `key=value`; `status=error` finds errors. Case does not matter. Nothing for an empty query.
   */
  find(query: string): Found {
    const terms = parseFindQuery(query);
    if (terms.length === 0 || this.#ends.length === 0) return NOTHING_FOUND;
    this.gather(() => true);
    const marks = new Uint8Array(this.#ends.length).fill(1);
    for (const { text, isExcluded } of terms) this.#restrict(marks, this.#textsWith(text), isExcluded);
    let count = 0;
    for (const mark of marks) count += mark;
    const positions = new Uint32Array(count);
    for (
      let position = marks.indexOf(1), next = 0;
      position >= 0;
      position = marks.indexOf(1, position + 1)
    ) {
      positions[next++] = position;
    }
    return { positions, marks };
  }

  #gatherSpan(span: Span): void {
    eachText(span, (key, text) => this.#add(key, text));
    this.#ends[this.#spans] = this.#count;
  }

  #add(key: string, text: string): void {
    let numbers = this.#numberOf.get(key);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numberOf.set(key, numbers);
    }
    let number = numbers.get(text);
    if (number === undefined) {
      number = this.#texts.length;
      this.#texts.push(searchedLine(key, text));
      numbers.set(text, number);
    }
    if (this.#count === this.#numbers.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = number;
  }

  #finish(): void {
    this.#starts = new Uint32Array(this.#texts.length + 1);
    let at = 0;
    for (const [number, text] of this.#texts.entries()) {
      this.#starts[number] = at;
      at += text.length + 1;
    }
    this.#starts[this.#texts.length] = at;
    this.#haystack = this.#texts.join("\n");
    this.#texts = [];
    this.#numberOf = new Map();
  }

  /** 1 for the number of each text that contains the needle. */
  #textsWith(needle: string): Uint8Array {
    const starts = this.#starts;
    const has = new Uint8Array(starts.length - 1);
    let number = 0;
    for (let at = this.#haystack.indexOf(needle); at >= 0; ) {
      while ((starts[number + 1] as number) <= at) number++;
      has[number] = 1;
      at = this.#haystack.indexOf(needle, starts[number + 1]);
    }
    return has;
  }

  /** Takes the mark from every span that has none of the texts, or, excluded, one of them. */
  #restrict(marks: Uint8Array, has: Uint8Array, isExcluded: boolean): void {
    const numbers = this.#numbers;
    let at = 0;
    for (let position = 0; position < marks.length; position++) {
      const end = this.#ends[position] as number;
      let isFound = false;
      for (; at < end; at++) if (has[numbers[at] as number] === 1) isFound = true;
      if (isFound === isExcluded) marks[position] = 0;
    }
  }
}

/** How many of the positions lie at or before `position`: its place, from 1, where it is one of them. */
export function rankOf(positions: Uint32Array, position: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

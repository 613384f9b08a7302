// The spans of one invocation as columns: a row is opened and ended here and nowhere else. Columns hold a span with two
// attributes in about 100 bytes, where an object a span takes 270, and cost the collector nothing to walk.
import type { SpanStatus } from "./api.ts";
import { MAX_EVENTS } from "./limits.ts";
import type { AttributeValue, FlatAttributes, SpanEvent, SpanKind, SpanRecord } from "./span-record.ts";

/** What few spans have. */
interface Rarity {
  status?: SpanStatus;
  events?: SpanEvent[];
  droppedEvents?: number;
  /** For a platform call that we wrap: whether the runtime has instrumented the very same call and joined the span. */
  joined?: boolean;
}

const FIRST_CAPACITY = 16;
const MAX_COUNT = 0x7fffffff;
const UNSET: SpanStatus = { code: "unset" };
const NO_EVENTS: readonly SpanEvent[] = [];

export class SpanTable {
  length = 0;
  readonly #names: string[] = [];
  /** Start and end of each span: readings of the host's clock; the end is NaN while the span is open. */
  #times = new Float64Array(2 * FIRST_CAPACITY);
  /** Parent, kind, and bytes counted against the limit, of each span. */
  #facts = new Int32Array(3 * FIRST_CAPACITY);
  #rarities: Map<number, Rarity> | undefined;
  /** All attributes of all spans, in the order they were set. */
  readonly #attributeSpans: number[] = [];
  readonly #attributeKeys: string[] = [];
  readonly #attributeValues: AttributeValue[] = [];

  /** Opens a span and returns its index. */
  open(parentIndex: number, name: string, kind: SpanKind, start: number): number {
    const index = this.length++;
    if (2 * index === this.#times.length) this.#grow();
    this.#names.push(name);
    this.#times[2 * index] = start;
    this.#times[2 * index + 1] = Number.NaN;
    this.#facts[3 * index] = parentIndex;
    this.#facts[3 * index + 1] = kind;
    return index;
  }

  isOpen(index: number): boolean {
    return Number.isNaN(this.#times[2 * index + 1]);
  }

  /** Ends an open span. */
  close(index: number, time: number): void {
    this.#times[2 * index + 1] = time;
  }

  rename(index: number, name: string): void {
    this.#names[index] = name;
  }

  setAttribute(index: number, key: string, value: AttributeValue): void {
    this.#attributeSpans.push(index);
    this.#attributeKeys.push(key);
    this.#attributeValues.push(value);
  }

  /** Bytes counted against the span's limit. */
  bytesOf(index: number): number {
    return this.#facts[3 * index + 2] as number;
  }

  /** Returns the new count, which a column of 32 bits bounds. */
  addBytes(index: number, bytes: number): number {
    const sum = Math.min(this.bytesOf(index) + bytes, MAX_COUNT);
    this.#facts[3 * index + 2] = sum;
    return sum;
  }

  setStatus(index: number, status: SpanStatus): void {
    this.#rarityOf(index).status = status;
  }

  hasStatus(index: number): boolean {
    return this.#rarities?.get(index)?.status !== undefined;
  }

  addEvent(index: number, event: SpanEvent): void {
    const rarity = this.#rarityOf(index);
    if (rarity.events === undefined) rarity.events = [event];
    else if (rarity.events.length < MAX_EVENTS) rarity.events.push(event);
    else rarity.droppedEvents = (rarity.droppedEvents ?? 0) + 1;
  }

  markOperation(index: number): void {
    this.#rarityOf(index).joined = false;
  }

  /** Whether an instrumented call of this name joins the span, which then stands for it too. */
  join(index: number, name: string): boolean {
    const rarity = this.#rarities?.get(index);
    if (rarity?.joined === undefined || this.#names[index] !== name || !this.isOpen(index)) return false;
    rarity.joined = true;
    return true;
  }

  isJoined(index: number): boolean {
    return this.#rarities?.get(index)?.joined === true;
  }

  /** All spans, in the order they were opened. */
  *records(): Generator<SpanRecord> {
    const attributesOf = this.#attributesBySpan();
    for (let index = 0; index < this.length; index++) {
      const rarity = this.#rarities?.get(index);
      yield {
        index,
        parentIndex: this.#facts[3 * index] as number,
        name: this.#names[index] as string,
        kind: this.#facts[3 * index + 1] as SpanKind,
        start: this.#times[2 * index] as number,
        end: this.#times[2 * index + 1] as number,
        attributes: attributesOf(index),
        events: rarity?.events ?? NO_EVENTS,
        droppedEvents: rarity?.droppedEvents ?? 0,
        status: rarity?.status ?? UNSET,
      };
    }
  }

  /** Chains the attributes of each span, so that all of them are read in linear time. */
  #attributesBySpan(): (index: number) => FlatAttributes {
    const first = new Int32Array(this.length).fill(-1);
    const next = new Int32Array(this.#attributeSpans.length);
    for (let i = this.#attributeSpans.length - 1; i >= 0; i--) {
      const span = this.#attributeSpans[i] as number;
      next[i] = first[span] as number;
      first[span] = i;
    }
    return (index) => {
      const flat: FlatAttributes = [];
      for (let i = first[index] as number; i !== -1; i = next[i] as number) {
        flat.push(this.#attributeKeys[i] as string, this.#attributeValues[i] as AttributeValue);
      }
      return flat;
    };
  }

  #rarityOf(index: number): Rarity {
    this.#rarities ??= new Map();
    let rarity = this.#rarities.get(index);
    if (rarity === undefined) {
      rarity = {};
      this.#rarities.set(index, rarity);
    }
    return rarity;
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const facts = new Int32Array(2 * this.#facts.length);
    facts.set(this.#facts);
    this.#facts = facts;
  }
}

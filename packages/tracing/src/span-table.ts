// The spans of one invocation as columns: a row is opened and ended here and nowhere else. Columns hold a span with two
// attributes in about 100 bytes, where an object a span takes 270, and cost the collector nothing to walk.
import type { SpanStatus } from "./api.ts";
import { ATTRIBUTE_BYTES, MAX_EVENTS, MAX_LINKS, SPAN_BYTES } from "./limits.ts";
import type { Holding, Memory } from "./memory.ts";
import { bytesOfValue, mostBytesOf } from "./span-bytes.ts";
import { END, KIND, MOST_BYTES, PARENT, type Rarity, START, WIDTH } from "./span-columns.ts";
import type {
  AttributeValue,
  FlatAttributes,
  Scope,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanRecord,
} from "./span-record.ts";
import { readSpans } from "./span-records.ts";
import { utf8Length } from "./text.ts";

/** A buffer costs more to make than a span to record: while there are few rows, there are four times as many next. */
const FIRST_ROWS = 16;
const MANY_ROWS = 64;
const UNSET: SpanStatus = { code: "unset" };
/** What a table has that never gets a row, as every unsampled invocation's. */
const NO_ROWS = new Float64Array(0);

export class SpanTable {
  length = 0;
  readonly #memory: Memory;
  #holding: Holding | undefined;
  readonly #names: string[] = [];
  #rows = NO_ROWS;
  #rarities: Map<number, Rarity> | undefined;
  readonly #attributes: AttributeValue[] = [];

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Opens a span and returns its index. */
  open(parentIndex: number, name: string, kind: SpanKind, start: number): number {
    const index = this.length++;
    const row = WIDTH * index;
    if (row === this.#rows.length) this.#grow();
    this.#names.push(name);
    const rows = this.#rows;
    rows[row + START] = start;
    rows[row + END] = Number.NaN;
    rows[row + PARENT] = parentIndex;
    rows[row + KIND] = kind;
    this.hold(SPAN_BYTES + name.length);
    return index;
  }

  isOpen(index: number): boolean {
    return Number.isNaN(this.#rows[WIDTH * index + END]);
  }

  /** Ends an open span. */
  close(index: number, time: number): void {
    this.#rows[WIDTH * index + END] = time;
  }

  /** The reading at which a span was opened. */
  startOf(index: number): number {
    return this.#rows[WIDTH * index + START] as number;
  }

  /** Makes an ended span go on, for whoever ends it again. */
  reopen(index: number): void {
    this.close(index, Number.NaN);
  }

  /** The latest start or end of any span. */
  lastReading(): number {
    let last = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < WIDTH * this.length; row += WIDTH) {
      const end = this.#rows[row + END] as number;
      last = Math.max(last, Number.isNaN(end) ? (this.#rows[row + START] as number) : end);
    }
    return last;
  }

  /** Whether a span is `ancestor` or below it. */
  isWithin(index: number, ancestor: number): boolean {
    // A child comes after its parent.
    let at = index;
    while (at > ancestor) at = this.#rows[WIDTH * at + PARENT] as number;
    return at === ancestor;
  }

  rename(index: number, name: string): void {
    this.#names[index] = name;
  }

  /** Sets an attribute of ours, which counts against no limit. Returns its place, for `revise`. */
  setAttribute(index: number, key: string, value: AttributeValue): number {
    return this.setCounted(~index, key, value);
  }

  /** Sets an attribute that has been counted. */
  setCounted(index: number, key: string, value: AttributeValue): number {
    this.hold(ATTRIBUTE_BYTES + key.length + (typeof value === "string" ? value.length : 0));
    return this.#attributes.push(index, key, value) - 1;
  }

  /** Puts another number in the place of an attribute's, which may change often. */
  revise(place: number, value: number): void {
    this.#attributes[place] = value;
  }

  /** Counts what could not be kept. */
  drop(index: number, what: "droppedAttributes" | "droppedEvents" | "droppedLinks"): void {
    const rarity = this.#rarityOf(index);
    rarity[what] = (rarity[what] ?? 0) + 1;
  }

  /**
   * Counts an attribute that takes no more than `mostBytes`. False, and not counted, where it might cross `limit`, or
   * where attributes are counted exactly already: `addBytes` then tells.
   */
  addUncounted(index: number, mostBytes: number, limit: number): boolean {
    const rows = this.#rows;
    const at = WIDTH * index + MOST_BYTES;
    const sum = (rows[at] as number) + mostBytes;
    if (sum > limit) return false;
    rows[at] = sum;
    return true;
  }

  /** The same of what is no attribute, such as an event. */
  addOther(index: number, bytes: number, limit: number): boolean {
    if (!this.addUncounted(index, bytes, limit)) return false;
    const rarity = this.#rarityOf(index);
    rarity.bytes = (rarity.bytes ?? 0) + bytes;
    return true;
  }

  /** Bytes counted against the span's limit, exactly. From here on they have to be, with `addBytes`. */
  bytesOf(index: number): number {
    const rarity = this.#rarityOf(index);
    const at = WIDTH * index + MOST_BYTES;
    const others = rarity.bytes ?? 0;
    const mostBytes = this.#rows[at] as number;
    if (mostBytes === Number.POSITIVE_INFINITY) return others;
    this.#rows[at] = Number.POSITIVE_INFINITY;
    rarity.bytes = others + this.#countAttributes(index, mostBytes - others);
    return rarity.bytes;
  }

  /** Returns the new count. */
  addBytes(index: number, bytes: number): number {
    const sum = this.bytesOf(index) + bytes;
    this.#rarityOf(index).bytes = sum;
    return sum;
  }

  /** Bytes of the span's attributes, latest first, until all that were added as `mostBytes` have been met. */
  #countAttributes(index: number, mostBytes: number): number {
    const attributes = this.#attributes;
    let uncounted = mostBytes;
    let bytes = 0;
    for (let at = attributes.length - 3; at >= 0 && uncounted > 0; at -= 3) {
      if (attributes[at] !== index) continue;
      const key = attributes[at + 1] as string;
      const value = attributes[at + 2] as AttributeValue;
      bytes += utf8Length(key) + bytesOfValue(value);
      uncounted -= mostBytesOf(key, value);
    }
    return bytes;
  }

  setStatus(index: number, status: SpanStatus): void {
    this.#rarityOf(index).status = status;
  }

  hasStatus(index: number): boolean {
    return this.#rarities?.get(index)?.status !== undefined;
  }

  statusOf(index: number): SpanStatus {
    return this.#rarities?.get(index)?.status ?? UNSET;
  }

  addEvent(index: number, event: SpanEvent): void {
    const rarity = this.#rarityOf(index);
    this.#holdFlat(event.attributes);
    if (rarity.events === undefined) rarity.events = [event];
    else if (rarity.events.length < MAX_EVENTS) rarity.events.push(event);
    else this.drop(index, "droppedEvents");
  }

  addLink(index: number, link: SpanLink): void {
    const rarity = this.#rarityOf(index);
    this.#holdFlat(link.attributes);
    if (rarity.links === undefined) rarity.links = [link];
    else if (rarity.links.length < MAX_LINKS) rarity.links.push(link);
    else this.drop(index, "droppedLinks");
  }

  setScope(index: number, scope: Scope): void {
    this.#rarityOf(index).scope = scope;
  }

  /** Of a platform call that we wrap. */
  markOperation(index: number): void {
    this.#rarityOf(index).joined = false;
  }

  isOperation(index: number): boolean {
    return this.#rarities?.get(index)?.joined !== undefined;
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

  /** Counts bytes that the invocation keeps, its logs' too. */
  hold(bytes: number): void {
    this.#holding ??= this.#memory.open();
    this.#memory.hold(this.#holding, bytes);
  }

  /** Gives back what was counted: the records have been sent, or will never be. A second call does nothing. */
  release(): void {
    if (this.#holding !== undefined) this.#memory.release(this.#holding);
    this.#holding = undefined;
  }

  /** All spans, in the order they were opened. */
  records(): Generator<SpanRecord> {
    return readSpans({
      rows: this.#rows,
      names: this.#names,
      rarities: this.#rarities,
      attributes: this.#attributes,
    });
  }

  #holdFlat(attributes: FlatAttributes): void {
    let bytes = SPAN_BYTES;
    for (const part of attributes) bytes += typeof part === "string" ? part.length : ATTRIBUTE_BYTES;
    this.hold(bytes);
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
    const { length } = this.#rows;
    const few = length < MANY_ROWS * WIDTH;
    const rows = new Float64Array(length === 0 ? FIRST_ROWS * WIDTH : (few ? 4 : 2) * length);
    rows.set(this.#rows);
    this.#rows = rows;
  }
}

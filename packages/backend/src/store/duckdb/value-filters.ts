// Which values the attributes of some rows have, key by key: first each distinct one as a hash, then for each key a Bloom
// filter, which says of a value that it is not there, or that it may be. attribute-blocks.ts keeps the filters.

/** Bits of a filter that a value sets. With 8 to 16 bits for each value 1 in 40 to 1 in 400 others seem to be there. */
const PROBES = 4;

/** At least; the number of a filter's words is a power of two. */
const BITS_PER_VALUE = 8;
const WORD_BITS = 32;

/** Greater filters are divided: all bits of a value are in one part, whose row is about as heavy as that of a span. */
const WORDS_PER_PART = 16;

/** Longer texts are told apart by their length and by half as much of either end. */
const WHOLE_BYTES = 64;

/** What `shortHash` takes, and DuckDB keeps in a text's own words. */
export const SHORT_BYTES = 12;

/** Stored filters rest on it: a change needs a migration. */
export function textHash(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  if (length <= SHORT_BYTES) {
    return shortHash(
      length,
      wordAt(bytes, start, end),
      wordAt(bytes, start + 4, end),
      wordAt(bytes, start + 8, end),
    );
  }
  if (length <= WHOLE_BYTES) return finish(mixBytes(length, bytes, start, end));
  const half = WHOLE_BYTES / 2;
  return finish(mixBytes(mixBytes(length, bytes, start, start + half), bytes, end - half, end));
}

/** The same of a text whose bytes are words already, as DuckDB has them: little-endian, zeros behind the end. */
export function shortHash(length: number, first: number, second: number, third: number): number {
  let hash = Math.imul(length, 0x9e3779b1) ^ first;
  hash = Math.imul(hash ^ (hash >>> 15), 0xcc9e2d51) ^ second;
  hash = Math.imul(hash ^ (hash >>> 15), 0x1b873593) ^ third;
  return finish(hash);
}

/** Zeros behind the end. */
function wordAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0;
  for (let index = Math.min(at + 4, end) - 1; index >= at; index--)
    word = (word << 8) | (bytes[index] as number);
  return word;
}

function mixBytes(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    hash = mix(hash, low | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24));
  }
  for (; at < end; at++) hash = mix(hash, bytes[at] as number);
  return hash;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ Math.imul(word, 0xcc9e2d51), 0x1b873593);
  return mixed ^ (mixed >>> 15);
}

/** MurmurHash3's finalizer: every bit of the result depends on every bit. */
function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Where a value's bits are: in which part, modulo the parts of the filter, and there `bit` of `word`, modulo its words. */
export function placeOf(hash: number): { part: number; probes: Array<{ word: number; bit: number }> } {
  const probes = Array.from({ length: PROBES }, (_, probe) => {
    const place = (hash + probe * stepOf(hash)) >>> 0;
    return { word: (place >>> 5) & (WORDS_PER_PART - 1), bit: (1 << (place & 31)) >>> 0 };
  });
  return { part: partOf(hash), probes };
}

/** The lowest nine bits say the first place in a part, the highest nine the way to the others. */
const partOf = (hash: number): number => (hash >>> 9) & 0x3fff;

/** Odd, so that all places differ. */
const stepOf = (hash: number): number => (hash >>> 23) | 1;

/** Filters part by part, as columns: the part in `row` has the words from `starts[row]` to `starts[row + 1]`. */
export interface Filters {
  rows: number;
  keyIds: Uint32Array<ArrayBuffer>;
  part: Uint32Array<ArrayBuffer>;
  /** How many its filter has. */
  parts: Uint32Array<ArrayBuffer>;
  starts: Uint32Array<ArrayBuffer>;
  words: Uint32Array<ArrayBuffer>;
}

/** Another in each process, so that a sender cannot pick values that all fall into one place. */
const MULTIPLIER = (Math.random() * 2 ** 32) | 1;

const FIRST_SLOTS = 2 ** 12;

export class DistinctValues {
  /** How many there are. */
  size = 0;
  /** Open addressing, two words a slot: a key's id, 0 where the slot is empty, and a hash. At most half are taken. */
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  #shift = 32 - Math.log2(FIRST_SLOTS);
  /** Of each key how many values it has. */
  #counts = new Uint32Array(256);
  #keyIds: number[] = [];

  add(keyId: number, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = slotOf(keyId, hash, this.#shift);
    while (slots[slot] !== 0) {
      if (slots[slot] === keyId && slots[slot + 1] === hash) return;
      slot = (slot + 2) & mask;
    }
    slots[slot] = keyId;
    slots[slot + 1] = hash;
    this.#count(keyId);
    if (++this.size * 4 > slots.length) this.#grow();
  }

  /** In order of their keys. */
  filters(): Filters {
    const keyIds = this.#keyIds.sort((a, b) => a - b);
    const sizes = keyIds.map((keyId) => wordsFor(this.#counts[keyId] as number));
    const filters = emptyFilters(sizes);
    const startOf = new Uint32Array(this.#counts.length);
    let row = 0;
    keyIds.forEach((keyId, at) => {
      const words = sizes[at] as number;
      startOf[keyId] = filters.starts[row] as number;
      const parts = partsOf(words);
      for (let part = 0; part < parts; part++, row++) {
        filters.keyIds[row] = keyId;
        filters.part[row] = part;
        filters.parts[row] = parts;
        filters.starts[row + 1] = (filters.starts[row] as number) + Math.min(words, WORDS_PER_PART);
      }
    });
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += 2) {
      const keyId = slots[slot] as number;
      if (keyId === 0) continue;
      const size = wordsFor(this.#counts[keyId] as number);
      setBits(filters.words, startOf[keyId] as number, size, slots[slot + 1] as number);
    }
    return filters;
  }

  clear(): void {
    this.#slots.fill(0);
    for (const keyId of this.#keyIds) this.#counts[keyId] = 0;
    this.#keyIds = [];
    this.size = 0;
  }

  #count(keyId: number): void {
    if (keyId >= this.#counts.length) {
      const grown = new Uint32Array(Math.max(keyId + 1, this.#counts.length * 2));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    const count = (this.#counts[keyId] as number) + 1;
    this.#counts[keyId] = count;
    if (count === 1) this.#keyIds.push(keyId);
  }

  #grow(): void {
    const before = this.#slots;
    const slots = new Uint32Array(before.length * 2);
    const mask = slots.length - 1;
    this.#shift--;
    for (let from = 0; from < before.length; from += 2) {
      const keyId = before[from] as number;
      if (keyId === 0) continue;
      const hash = before[from + 1] as number;
      let slot = slotOf(keyId, hash, this.#shift);
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = keyId;
      slots[slot + 1] = hash;
    }
    this.#slots = slots;
  }
}

/** The word at which the slot begins where a search does. */
const slotOf = (keyId: number, hash: number, shift: number): number =>
  (Math.imul(hash ^ Math.imul(keyId, 0x9e3779b1), MULTIPLIER) >>> shift) << 1;

const wordsFor = (values: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(1, (values * BITS_PER_VALUE) / WORD_BITS)));

const partsOf = (words: number): number => Math.max(1, words / WORDS_PER_PART);

function emptyFilters(sizes: readonly number[]): Filters {
  const rows = sizes.reduce((sum, words) => sum + partsOf(words), 0);
  return {
    rows,
    keyIds: new Uint32Array(rows),
    part: new Uint32Array(rows),
    parts: new Uint32Array(rows),
    starts: new Uint32Array(rows + 1),
    words: new Uint32Array(sizes.reduce((sum, words) => sum + words, 0)),
  };
}

/** Of a value in the filter of `size` words that begins at `start`. */
function setBits(words: Uint32Array, start: number, size: number, hash: number): void {
  const inPart = Math.min(size, WORDS_PER_PART) - 1;
  const from = start + (partOf(hash) & (partsOf(size) - 1)) * WORDS_PER_PART;
  const step = stepOf(hash);
  for (let probe = 0, place = hash; probe < PROBES; probe++, place += step) {
    const word = from + ((place >>> 5) & inPart);
    words[word] = (words[word] as number) | (1 << (place & 31));
  }
}

// Which values the attributes of some rows have, key by key: first each distinct one as a hash, then for each key a Bloom
// filter, which says of a value that it is not there, or that it may be. attribute-blocks.ts keeps the filters.

/** Bits of a filter that a value sets. With 8 to 16 bits for each value 1 in 40 to 1 in 400 others seem to be there. */
const PROBES = 4;

/** At least; the number of a filter's words is a power of two. */
const BITS_PER_VALUE = 8;
const WORD_BITS = 32;

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

/** The bits of a value: `bit` of the word at `word`, modulo the number of words that the filter has. */
export function probesOf(hash: number): Array<{ word: number; bit: number }> {
  const step = stepOf(hash);
  return Array.from({ length: PROBES }, (_, probe) => {
    const place = (hash + probe * step) >>> 0;
    return { word: place >>> 5, bit: (1 << (place & 31)) >>> 0 };
  });
}

/** Odd, so that all places differ; of the hash's other half. */
const stepOf = (hash: number): number => ((hash >>> 15) | 1) >>> 0;

/** Filters as columns: that of `keyIds[row]` has the words from `starts[row]` to `starts[row + 1]`. */
export interface Filters {
  keyIds: readonly number[];
  starts: readonly number[];
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
    let slot = placeOf(keyId, hash, this.#shift);
    while (slots[slot] !== 0) {
      if (slots[slot] === keyId && slots[slot + 1] === hash) return;
      slot = (slot + 2) & mask;
    }
    slots[slot] = keyId;
    slots[slot + 1] = hash;
    this.#count(keyId);
    if (++this.size * 4 > slots.length) this.#grow();
  }

  filters(): Filters {
    const keyIds = this.#keyIds.sort((a, b) => a - b);
    const starts = [0];
    const startOf = new Uint32Array(this.#counts.length);
    for (const keyId of keyIds) {
      const start = starts[starts.length - 1] as number;
      startOf[keyId] = start;
      starts.push(start + wordsFor(this.#counts[keyId] as number));
    }
    const words = new Uint32Array(starts[starts.length - 1] as number);
    const slots = this.#slots;
    for (let slot = 0; slot < slots.length; slot += 2) {
      const keyId = slots[slot] as number;
      if (keyId === 0) continue;
      const hash = slots[slot + 1] as number;
      const start = startOf[keyId] as number;
      const mask = wordsFor(this.#counts[keyId] as number) - 1;
      const step = stepOf(hash);
      for (let probe = 0, place = hash; probe < PROBES; probe++, place = (place + step) >>> 0) {
        const word = start + ((place >>> 5) & mask);
        words[word] = (words[word] as number) | (1 << (place & 31));
      }
    }
    return { keyIds, starts, words };
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
      let slot = placeOf(keyId, hash, this.#shift);
      while (slots[slot] !== 0) slot = (slot + 2) & mask;
      slots[slot] = keyId;
      slots[slot + 1] = hash;
    }
    this.#slots = slots;
  }
}

/** The word at which the slot begins where a search does. */
const placeOf = (keyId: number, hash: number, shift: number): number =>
  (Math.imul(hash ^ Math.imul(keyId, 0x9e3779b1), MULTIPLIER) >>> shift) << 1;

const wordsFor = (values: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(1, (values * BITS_PER_VALUE) / WORD_BITS)));

// Attribute keys of one request as small numbers. The same few keys come thousands of times, so bytes that were seen are
// recognised without making a text of them.

/** Keys recognised by their bytes; a request has tens. Those that find no place here cost a text each time. */
const SLOTS = 512;

/** Looked at for one key: a sender that picks keys that collide gains nothing beyond. */
const PROBES = 8;

export class KeyNames {
  /** By number. The same key may have two, one for each way in. */
  readonly list: string[] = [];
  readonly #byText = new Map<string, number>();
  readonly #slots = new Uint16Array(SLOTS);
  /** What each occupied slot's key is as bytes; slots hold one more than the index here. */
  readonly #seen: Array<{ bytes: Uint8Array; number: number }> = [];

  ofText(key: string): number {
    let number = this.#byText.get(key);
    if (number === undefined) {
      number = this.list.push(key) - 1;
      this.#byText.set(key, number);
    }
    return number;
  }

  /** `decode` makes the text of bytes that are met for the first time, and throws where they are none. */
  ofBytes(from: Uint8Array, start: number, length: number, decode: () => string): number {
    let slot = hashOf(from, start, length) % SLOTS;
    let free = -1;
    for (let probe = 0; probe < PROBES && free < 0; probe++) {
      const index = this.#slots[slot] as number;
      if (index === 0) free = slot;
      else {
        const { bytes, number } = this.#seen[index - 1] as { bytes: Uint8Array; number: number };
        if (isEqual(bytes, from, start, length)) return number;
      }
      slot = (slot + 1) % SLOTS;
    }
    const number = this.ofText(decode());
    if (free >= 0) {
      this.#slots[free] = this.#seen.push({ bytes: from.slice(start, start + length), number });
    }
    return number;
  }
}

function isEqual(bytes: Uint8Array, from: Uint8Array, start: number, length: number): boolean {
  if (bytes.length !== length) return false;
  for (let at = 0; at < length; at++) if (bytes[at] !== from[start + at]) return false;
  return true;
}

/** FNV-1a, 32 bits. */
function hashOf(from: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ (from[at] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

// The names of a message's members as numbers, found by their bytes in a JSON text.

const ENCODER = new TextEncoder();

interface Name {
  bytes: Uint8Array;
  number: number;
}

export class MemberNames {
  /** The few of each length. */
  readonly #byLength: Name[][] = [];

  constructor(numbers: Readonly<Record<string, number>>) {
    for (const [name, number] of Object.entries(numbers)) {
      const bytes = ENCODER.encode(name);
      for (let length = this.#byLength.length; length <= bytes.length; length++) this.#byLength.push([]);
      this.#byLength[bytes.length]?.push({ bytes, number });
    }
  }

  /** The number of the name in `bytes[start, end)`; -1 when it is none of these. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const names = this.#byLength[end - start];
    if (names === undefined) return -1;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as Name;
      if (isAt(bytes, start, name.bytes)) return name.number;
    }
    return -1;
  }
}

function isAt(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return true;
}

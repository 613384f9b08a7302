// The names of a message's members as numbers, found by their bytes in a JSON text.

const ENCODER = new TextEncoder();

export interface MemberName {
  /** With the quote that ends it. */
  bytes: Uint8Array;
  number: number;
}

export class MemberNames {
  /** By their first byte, so that the few with the same are compared and nobody looks for the end first. */
  readonly #byFirst: MemberName[][] = Array.from({ length: 256 }, () => []);

  constructor(numbers: Readonly<Record<string, number>>) {
    for (const [name, number] of Object.entries(numbers)) {
      const bytes = ENCODER.encode(`${name}"`);
      this.#byFirst[bytes[0] as number]?.push({ bytes, number });
    }
  }

  /** The name that `bytes` have at `start`, behind the quote; `undefined` when it is none of these. */
  at(bytes: Uint8Array, start: number): MemberName | undefined {
    const names = this.#byFirst[bytes[start] as number];
    if (names === undefined) return undefined;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as MemberName;
      if (isAt(bytes, start, name.bytes)) return name;
    }
    return undefined;
  }
}

function isAt(bytes: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return true;
}

// Walks over JSON where it lies, as bytes. A trace of 100,000 spans is 100 MB of JSON, of which the first rows need one
// byte in twenty: what is skipped here is parsed when a view reads it, or never.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const SPACE = 0x20;

// A text may begin with what would be a mark of byte order at the beginning of a file.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes end within a value: what follows may not have come yet. */
export class EndsTooEarly extends SyntaxError {
  constructor() {
    super("the JSON ends too early");
  }
}

export class JsonCursor {
  /** Grows while an answer comes: what has been read stays where it is. */
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the next byte to be read. */
  at: number;
  /** Where the key of the member lies that `nextMember` went to, quotes left out. */
  keyStart = 0;
  keyEnd = 0;
  #isNull = false;

  constructor(bytes: Uint8Array<ArrayBuffer>, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Goes into the object at hand: `nextMember` then leads through it. Null counts as an object without members. */
  enterObject(): void {
    this.#enter(OPEN_OBJECT);
  }

  /** Goes to the next member's value, which must be read or skipped before the next call; false behind the last. */
  nextMember(): boolean {
    if (!this.#hasNext(CLOSE_OBJECT)) return false;
    this.keyStart = this.skipString() + 1;
    this.keyEnd = this.at - 1;
    this.#expect(COLON);
    return true;
  }

  /** As `enterObject`, for an array and `nextElement`. */
  enterArray(): void {
    this.#enter(OPEN_ARRAY);
  }

  nextElement(): boolean {
    return this.#hasNext(CLOSE_ARRAY);
  }

  /** Skips any value. Returns where it begins; `at` then is where it ends. */
  skipValue(): number {
    const first = this.#peek();
    if (first === QUOTE) return this.skipString();
    const start = this.at;
    if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
      this.#skipScalar();
      return start;
    }
    const bytes = this.bytes;
    let at = start;
    let depth = 0;
    do {
      const byte = bytes[at++];
      if (byte === QUOTE) {
        at = endOfString(bytes, at);
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
      else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
      else if (byte === undefined) throw new EndsTooEarly();
    } while (depth > 0);
    this.at = at;
    return start;
  }

  /** Skips a string. Returns where its opening quote is; `at` then is behind the closing one. */
  skipString(): number {
    if (this.#peek() !== QUOTE) throw this.#unexpected();
    const start = this.at;
    this.at = endOfString(this.bytes, start + 1);
    return start;
  }

  /** A number; anything else reads as what `Number` makes of it. */
  readNumber(): number {
    const start = this.skipValue();
    const only = this.bytes[start] as number;
    if (this.at - start === 1 && only >= 0x30 && only <= 0x39) return only - 0x30;
    return Number(this.parse(start, this.at));
  }

  readString(): string {
    const start = this.skipString();
    return textOf(this.bytes, start + 1, this.at - 1);
  }

  /** The value that lies between, parsed. */
  parse(start: number, end: number): unknown {
    return JSON.parse(utf8.decode(this.bytes.subarray(start, end)));
  }

  readValue(): unknown {
    const start = this.skipValue();
    return this.parse(start, this.at);
  }

  #enter(open: number): void {
    if (this.#peek() === open) {
      this.at++;
      return;
    }
    if (this.readValue() !== null) throw this.#unexpected();
    this.#isNull = true;
  }

  /** Whether a member or element follows; else the closing bracket is behind. */
  #hasNext(close: number): boolean {
    if (this.#isNull) {
      this.#isNull = false;
      return false;
    }
    let byte = this.#peek();
    if (byte === COMMA) {
      this.at++;
      byte = this.#peek();
    }
    if (byte !== close) return true;
    this.at++;
    return false;
  }

  #expect(byte: number): void {
    if (this.#peek() !== byte) throw this.#unexpected();
    this.at++;
  }

  /** The next byte that is no white space. */
  #peek(): number {
    const bytes = this.bytes;
    let byte = bytes[this.at];
    while (byte !== undefined && byte <= SPACE) byte = bytes[++this.at];
    if (byte === undefined) throw new EndsTooEarly();
    return byte;
  }

  #skipScalar(): void {
    const bytes = this.bytes;
    const start = this.at;
    for (;;) {
      const byte = bytes[this.at];
      if (
        byte === undefined ||
        byte <= SPACE ||
        byte === COMMA ||
        byte === CLOSE_OBJECT ||
        byte === CLOSE_ARRAY
      )
        break;
      this.at++;
    }
    if (this.at === start) throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`unexpected byte ${this.bytes[this.at]} at ${this.at}`);
  }
}

/** One past the closing quote. @param at one past the opening quote */
function endOfString(bytes: Uint8Array, at: number): number {
  for (let from = at; ; ) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote < 0) throw new EndsTooEarly();
    if (bytes[quote - 1] !== BACKSLASH || !isEscaped(bytes, at, quote)) return quote + 1;
    from = quote + 1;
  }
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(bytes: Uint8Array, start: number, at: number): boolean {
  let before = at;
  while (before > start && bytes[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}

/** Text between two quotes. Up to this length plain text is put together here, which is faster than a decoder's call. */
const SHORT = 24;

export function textOf(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): string {
  let isPlain = end - start <= SHORT;
  for (let at = start; isPlain && at < end; at++) {
    const byte = bytes[at] as number;
    isPlain = byte < 0x80 && byte !== BACKSLASH;
  }
  if (isPlain) return String.fromCharCode.apply(null, bytes.subarray(start, end) as unknown as number[]);
  const decoded = utf8.decode(bytes.subarray(start, end));
  return decoded.includes("\\") ? JSON.parse(`"${decoded}"`) : decoded;
}

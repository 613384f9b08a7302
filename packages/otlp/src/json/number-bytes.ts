// Numbers in the bytes of a JSON text: where they end, and whether their spelling is the one that JavaScript would give
// them, so that it can be copied. What becomes of them is left to cursor.ts.

const PLUS = 0x2b;
export const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** Decimal numbers of so many digits are different doubles, and the shortest that give those back. */
const EXACT_DIGITS = 15;

/** Where the digits from `at` on end. */
export function digitsEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (isDigit(bytes[end] as number)) end++;
  return end;
}

/** Where the whole number at `at` ends, as BigInt writes it; `at` where it writes none or another. */
export function integerEnd(bytes: Uint8Array, at: number): number {
  const digits = bytes[at] === MINUS ? at + 1 : at;
  const end = digitsEnd(bytes, digits);
  if (end === digits) return at;
  return bytes[digits] === ZERO && end - at > 1 ? at : end;
}

/** Where the JSON number at `at` ends; `at` where there is none. */
export function numberEnd(bytes: Uint8Array, at: number): number {
  const whole = bytes[at] === MINUS ? at + 1 : at;
  let end = digitsEnd(bytes, whole);
  if (end === whole || (bytes[whole] === ZERO && end - whole > 1)) return at;
  if (bytes[end] === POINT) {
    const fraction = end + 1;
    end = digitsEnd(bytes, fraction);
    if (end === fraction) return at;
  }
  if (bytes[end] === LOWER_E || bytes[end] === UPPER_E) {
    const sign = bytes[end + 1];
    const exponent = sign === PLUS || sign === MINUS ? end + 2 : end + 1;
    end = digitsEnd(bytes, exponent);
    if (end === exponent) return at;
  }
  return end;
}

/** Whether JavaScript surely writes the double of the JSON number `bytes[at, end)` in these bytes. */
export function isShortest(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at > EXACT_DIGITS) return false;
  const whole = bytes[at] === MINUS ? at + 1 : at;
  const point = digitsEnd(bytes, whole);
  if (point === end) return true;
  if (bytes[point] !== POINT || digitsEnd(bytes, point + 1) !== end) return false;
  // No zeros at the end, and not so many after the point that an exponent is shorter.
  return bytes[end - 1] !== ZERO && (bytes[whole] !== ZERO || bytes[point + 1] !== ZERO);
}

/** What the digits `bytes[at, end)` say. */
export function valueOfDigits(bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let place = at; place < end; place++) value = value * 10 + (bytes[place] as number) - ZERO;
  return value;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte < ZERO + 10;

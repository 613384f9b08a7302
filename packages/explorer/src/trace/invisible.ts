// Characters that cannot be seen but make one value another: a zero-width space in a key, a mark that turns the direction
// of what follows. Joiners stay what they are, since they make emoji and letters, and so do line ends and tabs.

/** Controls and marks of format, but for those, for Arabic signs of numbers, and for what flags are made of. */
const INVISIBLE =
  /([[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\t\n\r\u{200c}\u{200d}\u{600}-\u{605}\u{6dd}\u{e0020}-\u{e007f}]])/v;

/** Texts and, at every other place, what cannot be seen between them; one text where there is nothing such. */
export const partsOf = (text: string): readonly string[] => text.split(INVISIBLE);

/** `U+200B` */
export const codePointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

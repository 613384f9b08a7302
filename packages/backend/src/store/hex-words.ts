// Ids as a table of spans has them, back to the hex digits of OTLP.

/** `count` words, eight digits each. */
export function hexAt(words: Uint32Array, at: number, count: number): string {
  let hex = "";
  for (let word = at; word < at + count; word++) hex += (words[word] as number).toString(16).padStart(8, "0");
  return hex;
}

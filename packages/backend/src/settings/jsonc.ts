// JSON with comments and trailing commas, as people write settings.

/** A text, which stays, or a comment. */
const COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** A text, or a comma before the end of an object or array. */
const TRAILING_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g;

/** @throws SyntaxError with the place in `text`. */
export function parseJsonc(text: string): unknown {
  return JSON.parse(without(TRAILING_COMMA, without(COMMENT, text.replace(/^\ufeff/, " "))));
}

/** Blanks take the place of what goes, so that errors tell the right one. */
function without(token: RegExp, text: string): string {
  return text.replaceAll(token, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, " ")));
}

// Values as one line of text: what was recorded, and what was expected.

const MAX_CHARACTERS = 200;

/** JSON, except for what JSON has no word for; cut where it is long. */
export function valueText(value: unknown): string {
  return cut(fullText(value));
}

function fullText(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number")
    return Object.is(value, -0) ? "-0" : String(value);
  if (value === undefined) return "undefined";
  try {
    return (
      JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ??
      String(value)
    );
  } catch {
    return String(value);
  }
}

/** A value that is expected: a literal, a regular expression, a matcher of `expect`, a type or a test. */
export function expectedText(expected: unknown): string {
  if (expected instanceof RegExp) return String(expected);
  if (typeof expected === "function") return cut(expected.name || String(expected).replace(/\s+/g, " "));
  if (typeof expected !== "object" || expected === null) return valueText(expected);
  const matcher = expected as { asymmetricMatch?: unknown; toAsymmetricMatcher?: () => string };
  if (typeof matcher.asymmetricMatch === "function") {
    return matcher.toAsymmetricMatcher?.() ?? String(expected);
  }
  if (Array.isArray(expected)) return `[${expected.map(expectedText).join(", ")}]`;
  const entries = Object.entries(expected).map(([key, value]) => `${keyText(key)}: ${expectedText(value)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** A key and its value, as the lines of spans show attributes. */
export function attributeText(key: string, value: string): string {
  return `${/^[^\p{C}\s"=]+$/u.test(key) ? key : JSON.stringify(key)}=${value}`;
}

/** A key as one would write it in an object. */
function keyText(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key);
}

/** A name as it is, or quoted where it would not be seen to be one. */
export function nameText(name: string): string {
  return /^[\p{L}\p{N}_$/][^\p{C}\s"]*( [^\p{C}\s"=]+)*$/u.test(name) ? name : JSON.stringify(name);
}

/** What `console.log` would print of the arguments, more or less. */
export function logText(body: unknown): string {
  const values = Array.isArray(body) ? body : [body];
  return values.map((value) => (typeof value === "string" ? value : argumentText(value))).join(" ");
}

function argumentText(value: unknown): string {
  if (typeof value === "object" && value !== null && "stack" in value && "message" in value) {
    // An error: its stack tells of the machine, not of the program.
    const { name, message } = value as { name?: unknown; message?: unknown };
    return `${String(name ?? "Error")}: ${String(message)}`;
  }
  return valueText(value);
}

function cut(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}

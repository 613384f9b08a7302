// A log's body as the terminal would have shown it.
import type { Value } from "./model.ts";
import { valueBlock, valueLine } from "./value-text.ts";

/** A structured argument up to this many characters stays on the message's line. */
const LINE_CHARACTERS = 100;

/**
 * The arguments of one `console` call are kept as an array, each with its type. Where the first is a text they read as a
 * line, `order priced {"total": 42}`; a recorded error reads as its stack.
 */
export function logMessage(body: Value): string {
  const [first] = body.type === "array" ? body.values : [];
  if (body.type !== "array" || first?.type !== "string") return argument(body);
  return body.values.map(argument).join(" ");
}

function argument(value: Value): string {
  const stack = value.type === "map" ? value.entries.find(({ key }) => key === "stack")?.value : undefined;
  if (stack?.type === "string") return stack.value;
  const line = valueLine(value);
  return line.length <= LINE_CHARACTERS ? line : valueBlock(value);
}

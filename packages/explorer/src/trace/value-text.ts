// Attribute values and log bodies as text: on one line for tables, indented where there is room.
import type { Attribute, Value } from "./model.ts";

/** One line. Strings stand bare at the top and quoted inside arrays and maps. */
export function valueLine(value: Value): string {
  return value.type === "string" ? value.value : write(value, undefined);
}

/** Arrays and maps over several lines, indented by two spaces. */
export function valueBlock(value: Value): string {
  return value.type === "string" ? value.value : write(value, "");
}

/**
 * Recursive: the decoder has bounded the depth (`MAX_VALUE_DEPTH`).
 * @param indent of the line the value stands on; undefined for all on one line
 */
function write(value: Value, indent: string | undefined): string {
  switch (value.type) {
    case "string":
      return JSON.stringify(value.value);
    case "boolean":
    case "int":
    case "double":
      return String(value.value);
    case "bytes":
      return `bytes(${value.base64})`;
    case "array":
      return list("[", "]", value.values, indent, (item, inner) => write(item, inner));
    case "map":
      return list("{", "}", value.entries, indent, entry);
    case "empty":
      return "null";
    case "too-deep":
      return "…";
  }
}

const entry = ({ key, value }: Attribute, indent: string | undefined): string =>
  `${JSON.stringify(key)}: ${write(value, indent)}`;

function list<Item>(
  open: string,
  close: string,
  items: readonly Item[],
  indent: string | undefined,
  writeItem: (item: Item, indent: string | undefined) => string,
): string {
  if (items.length === 0) return open + close;
  if (indent === undefined) return open + items.map((item) => writeItem(item, undefined)).join(", ") + close;
  const inner = `${indent}  `;
  return `${open}\n${items.map((item) => inner + writeItem(item, inner)).join(",\n")}\n${indent}${close}`;
}

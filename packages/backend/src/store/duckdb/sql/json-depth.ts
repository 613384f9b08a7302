// Keeps users' statements from what follows nested JSON down by recursion, as deep as it goes: 300,000 brackets overflow a
// thread's stack and end the process. Functions that do so with any JSON are not in functions.ts. Paths do where they have `..`
// or `**`, which can only be seen of a path that is written out, and a subscript of JSON is a path too.

type Node = { readonly [key: string]: unknown };

const PATHS: ReadonlySet<unknown> = new Set(
  "-> ->> json_extract json_extract_path json_extract_path_text json_extract_string json_exists json_value json_array_length json_keys json_type".split(
    " ",
  ),
);

/** Whatever else has an arrow behind a name means a path. */
const TAKES_LAMBDA = /^(list_|array_)?(transform|apply|filter|reduce)$/;

const GIVES_NUMBER = /^([-+*%]|\/\/|len|length|array_length|(list|array)_position|strpos|instr)$/;

/** Columns of the views that are maps and lists: a subscript of them may be anything. */
const NO_JSON = ["attributes", "resource", "attribute_keys", "attribute_values"];

/** Sees every node of one statement, those around before those within. */
export class JsonDepth {
  readonly #lambdas = new Set<unknown>();
  /** What the statement names by itself, in lower case. */
  readonly #named = new Set<string>();
  #trustsColumns = false;

  /** Why the statement is not run, or undefined. */
  faultOf(node: Node): string | undefined {
    this.#name(node);
    const children = (node.children ?? []) as Node[];
    switch (node.class) {
      case "CAST":
        return /"VARIANT"/.test(JSON.stringify(node.cast_type)) ? "VARIANT cannot be used here." : undefined;
      case "FUNCTION": {
        const name = String(node.function_name).toLowerCase();
        if (TAKES_LAMBDA.test(name)) for (const child of children) this.#lambdas.add(child);
        return PATHS.has(name) ? pathFault(children.slice(1)) : undefined;
      }
      case "LAMBDA":
        return this.#lambdas.has(node) ? undefined : pathFault([node.expr as Node]);
      case "OPERATOR":
        return node.type === "ARRAY_EXTRACT" ? this.#subscriptFault(children as [Node, Node]) : undefined;
      default:
        return undefined;
    }
  }

  /** The same, once all nodes have been seen. */
  fault(): string | undefined {
    const hidden = NO_JSON.find((column) => this.#named.has(column));
    return this.#trustsColumns && hidden !== undefined ? SUBSCRIPT : undefined;
  }

  #name(node: Node): void {
    const { alias, column_name_alias, aliases, first, type } = node;
    for (const name of [alias, first, column_name_alias, aliases].flat()) {
      if (typeof name === "string") this.#named.add(name.toLowerCase());
    }
    // Its columns are named by values.
    if (type === "PIVOT") for (const column of NO_JSON) this.#named.add(column);
  }

  #subscriptFault([of, index]: [Node, Node]): string | undefined {
    if (index.class === "CONSTANT" || isNumber(index)) return undefined;
    const column = of.class === "COLUMN_REF" && (of.column_names as string[]).at(-1)?.toLowerCase();
    if (typeof column !== "string" || !NO_JSON.includes(column)) return SUBSCRIPT;
    this.#trustsColumns = true;
    return undefined;
  }
}

const SUBSCRIPT =
  "A subscript that is neither written out nor a number can only be one of attributes and resource; cast a number to BIGINT.";

const isNumber = (node: Node): boolean =>
  node.class === "CAST"
    ? /INT(EGER)?$/.test(String((node.cast_type as Node).id))
    : node.class === "FUNCTION" && GIVES_NUMBER.test(String(node.function_name));

function pathFault(paths: readonly Node[]): string | undefined {
  for (const path of paths) {
    if (path.class === "FUNCTION" && path.function_name === "list_value") {
      const fault = pathFault(path.children as Node[]);
      if (fault !== undefined) return fault;
    } else if (path.class !== "CONSTANT") {
      return "A path into JSON must be written out, such as '$.name' or 0.";
    } else if (/\.\.|\*\*/.test(String((path.value as Node).value))) {
      return "A path into JSON cannot have .. or ** here.";
    }
  }
  return undefined;
}

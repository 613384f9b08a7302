// Makes `attributes['key']` fast. DuckDB makes the whole map of every row before it looks for one key; the same value is in
// the list of values at the place that the key has in the list of keys, which takes an eighth of the time. So such lookups are
// put otherwise in a statement's parse tree, where it is certain that they mean a view's column.

type Node = { [key: string]: unknown };

/** What is looked up in, and the lists that it is made of. */
const MAP = "attributes";
const KEYS = "attribute_keys";
const VALUES = "attribute_values";
const COLUMNS: readonly unknown[] = [MAP, KEYS, VALUES];

/** A name that needs no quotes. */
const PLAIN = /^[a-z_][a-z0-9_]*$/i;

/** JSON's source of a number, which may be beyond what a double can hold; newer than TypeScript's library. */
const { rawJSON } = JSON as unknown as { rawJSON: (source: string) => unknown };

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/** As DuckDB has written it: numbers are kept by their source. Where things are in the text is left out, as the text changes. */
const reviver: Reviver = (key, value, context) => {
  if (key === "query_location") return undefined;
  return typeof value === "number" && context?.source !== undefined ? rawJSON(context.source) : value;
};

/** The tree with its lookups put otherwise, for `json_deserialize_sql`; undefined where there are none. */
export function withFastLookups(serialized: string, views: readonly string[]): string | undefined {
  if (!serialized.includes(`"${MAP}"`)) return undefined;
  const tree = JSON.parse(serialized, reviver as Parameters<typeof JSON.parse>[1]) as Node;
  const search = new Search(views);
  search.visit(tree);
  return search.found && !search.hidesView ? JSON.stringify(tree) : undefined;
}

class Search {
  found = false;
  /** Whether a common table expression has the name of a view. */
  hidesView = false;
  readonly #views: readonly string[];

  constructor(views: readonly string[]) {
    this.#views = views;
  }

  /** Every query within `value`. */
  visit(value: unknown): void {
    if (Array.isArray(value)) for (const item of value) this.visit(item);
    if (!isNode(value)) return;
    for (const entry of ((value.cte_map as Node | undefined)?.map ?? []) as Node[]) {
      if (this.#views.includes(String(entry.key).toLowerCase())) this.hidesView = true;
    }
    if (value.type === "SELECT_NODE") this.#select(value);
    for (const member of Object.values(value)) this.visit(member);
  }

  #select(select: Node): void {
    const tables = tablesOf(select.from_table, this.#views);
    const items = select.select_list as Node[];
    // An alias may be meant where a column of its name is.
    if (!tables || items.some(({ alias }) => COLUMNS.includes(String(alias).toLowerCase()))) return;
    const put = (name: string) => {
      select[name] = this.#rewritten(select[name], tables);
    };
    put("where_clause");
    // A column without an alias is named by its text, and one in a group must be the same wherever it stands.
    const named = items.map((item) => (item.alias === "" ? nameOf(item, tables) : ""));
    if (items.some((item, at) => named[at] === undefined && hasLookup(item, tables))) return;
    items.forEach((item, at) => {
      if (named[at]) item.alias = named[at];
    });
    for (const name of ["select_list", "group_expressions", "having", "qualify", "modifiers"]) put(name);
  }

  #rewritten(value: unknown, tables: Tables): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#rewritten(item, tables));
    if (!isNode(value) || isClosed(value)) return value;
    const lookup = lookupOf(value, tables);
    if (lookup) {
      this.found = true;
      return { ...value, children: [column([...lookup.table, VALUES]), placeOf(lookup)] };
    }
    for (const [name, member] of Object.entries(value)) value[name] = this.#rewritten(member, tables);
    return value;
  }
}

/** Names by which columns of views can be qualified. */
type Tables = ReadonlySet<string>;

/** Undefined for a FROM that has anything but views. */
function tablesOf(from: unknown, views: readonly string[]): Tables | undefined {
  if (!isNode(from)) return undefined;
  if (from.type === "JOIN") {
    const [left, right] = [tablesOf(from.left, views), tablesOf(from.right, views)];
    return left && right && new Set([...left, ...right]);
  }
  const name = String(from.table_name).toLowerCase();
  const isView = from.type === "BASE_TABLE" && views.includes(name);
  // With other names for its columns.
  if (!isView || (from.column_name_alias as unknown[]).length > 0) return undefined;
  return new Set([String(from.alias || name).toLowerCase()]);
}

interface Lookup {
  table: string[];
  key: Node;
}

function lookupOf({ type, children }: Node, tables: Tables): Lookup | undefined {
  if (type !== "ARRAY_EXTRACT") return undefined;
  const [map, key] = children as [Node, Node];
  if (map.class !== "COLUMN_REF" || key.class !== "CONSTANT") return undefined;
  const table = [...(map.column_names as string[])];
  if (table.pop()?.toLowerCase() !== MAP || table.length > 1) return undefined;
  if (table[0] !== undefined && !tables.has(table[0].toLowerCase())) return undefined;
  return isText(key) ? { table, key } : undefined;
}

const isText = ({ value }: Node) => {
  const { type, is_null: isNull } = value as { type: Node; is_null: boolean };
  return type.id === "VARCHAR" && !isNull;
};

/** What DuckDB calls the column of a lookup alone; undefined for what else an item is. */
function nameOf(item: Node, tables: Tables): string | undefined {
  const lookup = lookupOf(item, tables);
  if (!lookup) return undefined;
  const [map] = item.children as [Node];
  const names = map.column_names as string[];
  const key = String((lookup.key.value as Node).value).replaceAll("'", "''");
  return names.every((name) => PLAIN.test(name)) ? `${names.join(".")}['${key}']` : undefined;
}

function hasLookup(value: unknown, tables: Tables): boolean {
  if (Array.isArray(value)) return value.some((item) => hasLookup(item, tables));
  if (!isNode(value) || isClosed(value)) return false;
  return (
    lookupOf(value, tables) !== undefined || Object.values(value).some((inner) => hasLookup(inner, tables))
  );
}

/** In these a name may mean something else: queries have tables of their own, lambdas parameters, stars replacements. */
const isClosed = (node: Node) =>
  "cte_map" in node || node.class === "LAMBDA" || node.class === "STAR" || node.class === "SUBQUERY";

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isRaw(value);
const { isRawJSON: isRaw } = JSON as unknown as { isRawJSON: (value: unknown) => boolean };

const column = (names: string[]): Node => ({
  class: "COLUMN_REF",
  type: "COLUMN_REF",
  alias: "",
  column_names: names,
});

const placeOf = ({ table, key }: Lookup): Node => ({
  class: "FUNCTION",
  type: "FUNCTION",
  alias: "",
  function_name: "list_position",
  schema: "",
  children: [column([...table, KEYS]), key],
  filter: null,
  order_bys: { type: "ORDER_MODIFIER", orders: [] },
  distinct: false,
  is_operator: false,
  export_state: false,
  catalog: "",
});

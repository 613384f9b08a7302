// What a user's statement may be, decided by its parse tree as DuckDB itself reads it: one SELECT over the views, with
// functions of the list. What the tree has beyond the kinds of nodes known here is refused, so that a newer DuckDB cannot
// bring in what nobody has thought of.

import { FUNCTIONS, TABLE_FUNCTIONS } from "./functions.ts";
import { JsonDepth } from "./json-depth.ts";

type Node = { readonly [key: string]: unknown };

/** Why the statement is not run, or undefined. `serialized` is what `json_serialize_sql` makes of it. */
export function faultOf(serialized: string, views: readonly string[]): string | undefined {
  const tree = treeOf(serialized);
  if (tree === undefined) {
    return "A number in the statement is larger than a double holds; write 'inf'::DOUBLE where that is meant.";
  }
  if (tree.error) {
    const { error_type: type, error_message: message = "", position } = tree;
    if (type === "not implemented") return ONLY_SELECT;
    // Its words advise a setting, which nobody may change here.
    if (message.includes("max_expression_depth")) return TOO_DEEP;
    return position === undefined ? message : `${message} (character ${Number(position) + 1})`;
  }
  const [statement, second] = tree.statements ?? [];
  if (!statement) return `There is no statement. ${ONLY_SELECT}`;
  if (second) return "There is more than one statement; send one SELECT at a time.";
  try {
    const walk = new Walk(views);
    walk.any(statement, new Set());
    return walk.jsonDepth.fault();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

interface Tree {
  error: boolean;
  error_type?: string;
  error_message?: string;
  position?: string;
  statements?: Node[];
}

/** Undefined where DuckDB has written `Infinity`, which is no JSON. */
function treeOf(serialized: string): Tree | undefined {
  try {
    return JSON.parse(serialized) as Tree;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const ONLY_SELECT =
  "Only a SELECT can be run here; it may begin with WITH or FROM, or be DESCRIBE or SUMMARIZE of a view.";

class Refusal extends Error {}

const QUERIES: ReadonlySet<unknown> = new Set(["SELECT_NODE", "SET_OPERATION_NODE"]);

const TABLES: ReadonlySet<unknown> = new Set([
  "EMPTY",
  "BASE_TABLE",
  "JOIN",
  "SUBQUERY",
  "TABLE_FUNCTION",
  "EXPRESSION_LIST",
  "PIVOT",
  "SHOW_REF",
]);

const EXPRESSIONS: ReadonlySet<unknown> = new Set([
  ...[
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
  ],
  ...["LAMBDA", "LAMBDA_REF", "OPERATOR", "PARAMETER", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW"],
]);

const TOO_DEEP = "The statement nests too deeply; use common table expressions, or lists in place of chains.";

/** Nodes within each other. Planning takes the third power of it and cannot be broken off: 300 take seconds. */
const MAX_DEPTH = 120;

/** Names of common table expressions that are visible, in lower case. */
type Scope = ReadonlySet<string>;

class Walk {
  readonly jsonDepth = new JsonDepth();
  readonly #views: ReadonlySet<string>;
  #depth = 0;

  constructor(views: readonly string[]) {
    this.#views = new Set(views);
  }

  any(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) for (const item of value) this.any(item, scope);
    else if (typeof value === "object" && value !== null) this.#node(value as Node, scope);
  }

  #node(node: Node, scope: Scope): void {
    if (++this.#depth > MAX_DEPTH) throw new Refusal(TOO_DEEP);
    const fault = this.jsonDepth.faultOf(node);
    if (fault !== undefined) throw new Refusal(fault);
    if ("cte_map" in node) this.#query(node, scope);
    else if ("sample" in node && "alias" in node) this.#table(node, scope);
    else {
      if ("class" in node) this.#expression(node);
      this.#members(node, scope);
    }
    this.#depth--;
  }

  #members(node: Node, scope: Scope, except: readonly string[] = []): void {
    for (const [key, value] of Object.entries(node)) if (!except.includes(key)) this.any(value, scope);
  }

  /** Each common table expression sees those before it, the query itself all of them. */
  #query(node: Node, outer: Scope): void {
    if (!QUERIES.has(node.type)) throw new Refusal(`${node.type} cannot be used here.`);
    const { map = [] } = node.cte_map as { map?: Array<{ key: string; value: Node }> };
    const scope = new Set(outer);
    for (const { key, value } of map) {
      const name = key.toLowerCase();
      const { node: query } = value.query as { node: Node };
      this.jsonDepth.faultOf(value); // It may name its columns.
      this.#members(value, scope, ["query"]);
      if (query.type === "RECURSIVE_CTE_NODE") {
        // Only its second part sees itself; in the first the name is whatever it was outside.
        this.#members(query, scope, ["right"]);
        this.any(query.right, new Set([...scope, name]));
      } else {
        this.any(query, scope);
      }
      scope.add(name);
    }
    this.#members(node, scope, ["cte_map"]);
  }

  #table(node: Node, scope: Scope): void {
    const { type } = node;
    if (!TABLES.has(type)) throw new Refusal(`${type} cannot be used in FROM.`);
    if (type === "BASE_TABLE") this.#named(node, scope);
    if (type === "SHOW_REF" && (!node.query || node.table_name)) throw new Refusal(ONLY_SELECT);
    if (type === "TABLE_FUNCTION") {
      // It is no function of a value: its own list says whether it may be called.
      const call = node.function as Node;
      this.#tableFunction(call);
      this.#members(call, scope);
      this.#members(node, scope, ["function"]);
    } else {
      this.#members(node, scope);
    }
  }

  #named({ catalog_name, schema_name, table_name, at_clause }: Node, scope: Scope): void {
    const parts = [catalog_name, schema_name, table_name].filter(Boolean) as string[];
    const name = parts.join(".").toLowerCase();
    if (parts.length > 1 || !(this.#views.has(name) || scope.has(name)))
      throw new Refusal(
        `There is no table ${parts.join(".")} here; there are ${[...this.#views].join(" and ")}.`,
      );
    if (at_clause) throw new Refusal("AT cannot be used here.");
  }

  #tableFunction(call: Node): void {
    if (isOwn(call) && TABLE_FUNCTIONS.has(String(call.function_name).toLowerCase())) return;
    throw new Refusal(
      `${call.function_name}() cannot be used in FROM; there are ${[...TABLE_FUNCTIONS].join(", ")}.`,
    );
  }

  #expression(node: Node): void {
    if (!EXPRESSIONS.has(node.class)) throw new Refusal(`${node.class} cannot be used here.`);
    const isCall = node.class === "FUNCTION" || node.class === "WINDOW";
    if (!isCall) return;
    if (!isOwn(node) || !FUNCTIONS.has(String(node.function_name).toLowerCase()))
      throw new Refusal(
        `The function ${node.function_name}() cannot be used here; docs/sql.md tells which can.`,
      );
  }
}

/** Not by the name of another schema or database. */
const isOwn = ({ catalog, schema }: Node): boolean =>
  (catalog === "" || catalog === undefined) && (schema === "" || schema === "main");

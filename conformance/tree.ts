// The tree of spans that a run made, in the one shape that both hosts' telemetry is brought to before it is compared.
// Pure: spans and logs in any order give a tree, a tree gives text in which equal trees are equal.

/** Stands for the name of a root span that the program has not named: each host has its own for it. */
export const INVOCATION = "(invocation)";

/** Characters beyond which a difference is read off length, beginning and end. */
const LONG_TEXT = 1_000;

export type Value = string | number | boolean | Value[];

export interface Status {
  code: "unset" | "ok" | "error";
  message?: string;
}

export interface ExceptionFacts {
  type: string;
  message: string;
  /** Whether it came with a stack; its text differs from host to host. */
  stack: boolean;
}

export interface LogLine {
  level: "debug" | "info" | "warn" | "error";
  /** The arguments; a single one stands alone. */
  message: unknown;
  exception?: { type: string; message: string };
}

export interface FlatSpan {
  id: string;
  /** Undefined where the span has no parent at all. */
  parentId: string | undefined;
  name: string;
  attributes: Record<string, Value>;
  status: Status;
  exceptions: ExceptionFacts[];
  /** In the order they were printed. */
  logs: LogLine[];
  /** What is told once for all spans of a Worker. No part of what is compared: the runtime tells nothing there. */
  resource?: Record<string, Value>;
}

export interface SpanNode extends Omit<FlatSpan, "id" | "parentId"> {
  children: SpanNode[];
}

/** Links spans to their parents. A span whose parent is not among them becomes a root that says so. */
export function buildTrees(spans: FlatSpan[]): SpanNode[] {
  const nodes = new Map<string, SpanNode>();
  for (const { id, parentId: _, ...span } of spans) {
    if (nodes.has(id)) throw new Error(`Two spans have the id ${id}`);
    nodes.set(id, { ...span, children: [] });
  }
  const roots: SpanNode[] = [];
  for (const { id, parentId } of spans) {
    const node = nodes.get(id) as SpanNode;
    const parent = parentId === undefined ? undefined : nodes.get(parentId);
    if (parent !== undefined) parent.children.push(node);
    else if (parentId === undefined) roots.push(node);
    else roots.push({ ...node, attributes: { ...node.attributes, "(orphan)": true } });
  }
  return roots;
}

/** Text of the trees. Siblings and attributes are sorted, for their order on the wire means nothing; logs are not. */
export function renderTrees(roots: SpanNode[]): string {
  return roots.map(render).sort().join("\n");
}

function render(node: SpanNode): string {
  const { name, attributes, status, exceptions, logs, children } = node;
  const lines = Object.keys(attributes)
    .sort()
    .map((key) => `${key} = ${renderValue(attributes[key])}`);
  if (status.code !== "unset") {
    lines.push(
      `status ${status.code}${status.message === undefined ? "" : ` ${JSON.stringify(status.message)}`}`,
    );
  }
  for (const { type, message, stack } of exceptions) {
    lines.push(`exception ${type}: ${JSON.stringify(message)}${stack ? " with stack" : ""}`);
  }
  for (const { level, message, exception } of logs) {
    const error =
      exception === undefined ? "" : ` of ${exception.type}: ${JSON.stringify(exception.message)}`;
    lines.push(`log ${level} ${renderValue(message)}${error}`);
  }
  lines.push(...children.map(render).sort());
  return [`span ${JSON.stringify(name)}`, ...lines.map((line) => line.replace(/^/gm, "  "))].join("\n");
}

/** JSON, except that the numbers it cannot hold keep their names and that long text is cut. */
function renderValue(value: unknown): string {
  if (typeof value === "string" && value.length > LONG_TEXT) {
    return `${JSON.stringify(value.slice(0, 40))} … ${JSON.stringify(value.slice(-40))} (${value.length} characters)`;
  }
  if (Array.isArray(value)) return `[${value.map(renderValue).join(", ")}]`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, entry]) => `${JSON.stringify(key)}: ${renderValue(entry)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value) ?? "undefined";
}

/**
 * The trees with `change` made to each node, children first. `change` drops a node by returning undefined, and puts
 * several in its place by returning these.
 */
export function mapTrees(
  roots: SpanNode[],
  change: (node: SpanNode, parent: SpanNode | undefined) => SpanNode | SpanNode[] | undefined,
  parent?: SpanNode,
): SpanNode[] {
  return roots.flatMap((node) => {
    const changed = change({ ...node, children: mapTrees(node.children, change, node) }, parent);
    return changed ?? [];
  });
}

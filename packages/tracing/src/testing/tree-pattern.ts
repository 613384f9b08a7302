// The notation in which a test writes down a tree of spans, and its reading into nodes. Iterative: a tree may be as deep
// as a trace.
import { Misuse } from "./misuse.ts";
import { checkPattern, type ExpectedText, type SpanPattern } from "./span-pattern.ts";

/** Among the children: and any others, anywhere between. */
export type AnyOthers = "...";

/** A span with its children; `children` left out: none. */
export interface SpanTree extends SpanPattern {
  children?: readonly TreeChild[];
}

/**
 * A tree of spans: a name, for a span without children; `[name, ...children]`; or an object that says more of the span.
 * A tree is complete: the children are exactly the named ones, in the order in which they were started, unless
 * `unordered(...)` or `"..."` stands among them.
 *
 * @example
 * ["root", ["auth", ["db"]], "render"]
 * ["root", unordered("kv_get", "d1_first"), { name: "render", attributes: { "item.count": 2 } }, "..."]
 */
export type TreePattern =
  | string
  | RegExp
  | SpanTree
  | readonly [head: ExpectedText | SpanPattern, ...children: TreeChild[]];

export type TreeChild = TreePattern | Unordered | AnyOthers;

/** Made by `unordered`. */
export class Unordered {
  readonly children: readonly (TreePattern | AnyOthers)[];

  constructor(children: readonly (TreePattern | AnyOthers)[]) {
    this.children = children;
  }
}

/** Children that stand next to each other in any order: those that run at the same time. */
export function unordered(...children: (TreePattern | AnyOthers)[]): Unordered {
  return new Unordered(children);
}

/** A pattern as it is matched. */
export interface TreeNode {
  self: SpanPattern;
  /** Runs of children, one after the other. */
  groups: Group[];
  /** Whether there may be other children. */
  hasOthers: boolean;
}

export interface Group {
  isOrdered: boolean;
  nodes: TreeNode[];
}

/** @throws TypeError that shows what is no tree. */
export function readTree(pattern: TreePattern): TreeNode {
  const top = emptyNode();
  const open: { pattern: unknown; node: TreeNode }[] = [{ pattern, node: top }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { self, children } = splitPattern(next.pattern);
    const { node } = next;
    node.self = self;
    const add = (group: Group, child: unknown) => {
      if (child === "...") {
        node.hasOthers = true;
        return;
      }
      const childNode = emptyNode();
      group.nodes.push(childNode);
      open.push({ pattern: child, node: childNode });
    };
    for (const child of children) {
      if (child instanceof Unordered) {
        const group: Group = { isOrdered: false, nodes: [] };
        node.groups.push(group);
        for (const each of child.children) add(group, each);
        continue;
      }
      let group = node.groups.at(-1);
      if (group?.isOrdered !== true && child !== "...") {
        group = { isOrdered: true, nodes: [] };
        node.groups.push(group);
      }
      add(group as Group, child);
    }
    node.groups = node.groups.filter(({ nodes }) => nodes.length > 0);
    if (node.hasOthers && node.groups.length > 1) {
      throw new Misuse(
        `A tree's children cannot mix ordered and unordered ones where "..." admits others: put all into one unordered(...)`,
      );
    }
  }
  return top;
}

export function childNodes({ groups }: TreeNode): TreeNode[] {
  return groups.length === 1 ? (groups[0] as Group).nodes : groups.flatMap(({ nodes }) => nodes);
}

function emptyNode(): TreeNode {
  return { self: {}, groups: [], hasOthers: false };
}

function splitPattern(pattern: unknown): { self: SpanPattern; children: readonly unknown[] } {
  if (Array.isArray(pattern)) {
    const [head, ...children] = pattern as unknown[];
    if (head === undefined || Array.isArray(head) || head === "..." || head instanceof Unordered) {
      throw notATree(
        "An array in a tree begins with the span's name, or an object that says more of the span",
        head,
      );
    }
    const { self, children: own } = splitPattern(head);
    if (own.length > 0)
      throw notATree("Children stand either in the array or in the object at its head", head);
    return { self, children };
  }
  if (typeof pattern === "string" || typeof pattern === "function" || pattern instanceof RegExp) {
    return { self: { name: pattern as ExpectedText }, children: [] };
  }
  if (typeof pattern !== "object" || pattern === null || pattern instanceof Unordered) {
    throw notATree("A tree is a name, an array [name, ...children] or an object", pattern);
  }
  if ("asymmetricMatch" in pattern) return { self: { name: pattern as ExpectedText }, children: [] };
  const { children = [], ...self } = pattern as SpanTree;
  checkPattern(self);
  return { self, children };
}

function notATree(rule: string, given: unknown): Misuse {
  const shown = given instanceof Unordered ? "unordered(...)" : (JSON.stringify(given) ?? String(given));
  return new Misuse(`${rule}, not ${shown.slice(0, 100)}`);
}

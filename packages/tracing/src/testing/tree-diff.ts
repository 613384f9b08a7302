// Shows where a tree of spans is not the one that was expected: both as one tree, what is missing marked `-` and what is
// too much `+`. Iterative, and short for a large trace: what surrounds no difference is left out.
import { indent, spanLines } from "./print.ts";
import { isExpected, isMatch, type SpanPattern } from "./span-pattern.ts";
import type { TraceSpan } from "./trace.ts";
import { assign, type Matches } from "./tree-match.ts";
import { childNodes, type TreeNode } from "./tree-pattern.ts";
import { attributeText, expectedText, nameText } from "./value-text.ts";

export interface DiffLine {
  mark: " " | "-" | "+";
  depth: number;
  text: string;
}

/** Lines that are shown before any are left out, and at most. */
const MAX_LINES = 120;
/** Lines kept on either side of a difference. */
const CONTEXT_LINES = 3;
/** Ancestors kept of a difference: those next to it, and those next to the root. */
const NEAR_LEVELS = 8;
const TOP_LEVELS = 3;
/** Pairs of siblings that are compared to align them; beyond, those in the same place are paired. */
const MAX_COMPARISONS = 250_000;

type Step =
  | { kind: "pair"; node: TreeNode; span: TraceSpan; depth: number }
  | { kind: "span"; mark: " " | "+"; span: TraceSpan; depth: number }
  | { kind: "missing"; node: TreeNode; depth: number };

export function diffTree(top: TreeNode, root: TraceSpan, matches: Matches): DiffLine[] {
  const lines: DiffLine[] = [];
  const stack: Step[] = [{ kind: "pair", node: top, span: root, depth: 0 }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { depth } = step;
    const below: Step[] = [];
    if (step.kind === "missing") {
      lines.push({ mark: "-", depth, text: patternLine(step.node.self) });
      for (const node of childNodes(step.node)) below.push({ kind: "missing", node, depth: depth + 1 });
    } else if (step.kind === "span" || matches.get(step.node)?.has(step.span)) {
      const mark = step.kind === "span" ? step.mark : " ";
      for (const text of spanLines(step.span)) lines.push({ mark, depth, text });
      for (const span of step.span.children) below.push({ kind: "span", mark, span, depth: depth + 1 });
    } else {
      const { node, span } = step;
      const isSelf = isMatch(node.self, span);
      if (!isSelf) lines.push({ mark: "-", depth, text: patternLine(node.self) });
      const [line = "", ...details] = spanLines(span, { also: Object.keys(node.self.attributes ?? {}) });
      lines.push({ mark: isSelf ? " " : "+", depth, text: line });
      for (const text of details) lines.push({ mark: " ", depth, text });
      below.push(...alignChildren(node, span, depth + 1, matches));
    }
    for (let i = below.length - 1; i >= 0; i--) stack.push(below[i] as Step);
  }
  return lines;
}

/** The lines as text, at most a screenful or two. `paint` colours a line. */
export function diffText(lines: DiffLine[], paint: (line: string, mark: DiffLine["mark"]) => string): string {
  const shown = lines.length <= MAX_LINES ? lines.map(() => true) : nearDifferences(lines);
  const texts: string[] = [];
  let wasShown = true;
  for (const [i, { mark, depth, text }] of lines.entries()) {
    const isShown = shown[i] === true && texts.length < MAX_LINES;
    if (isShown) {
      texts.push(paint(`${mark} ${indent(depth)}${text}`, mark));
    } else if (wasShown) texts.push("  …");
    wasShown = isShown;
  }
  return texts.join("\n");
}

/** Which lines stand near a difference, or above it in the tree and not too far from it or from the top. */
function nearDifferences(lines: DiffLine[]): boolean[] {
  const shown = lines.map(() => false);
  /** The depth that the next line upwards must have to be an ancestor of the difference at `depthBelow`. */
  let ancestorDepth = -1;
  let depthBelow = 0;
  for (let i = lines.length - 1; i >= 0; i--) {
    const { mark, depth } = lines[i] as DiffLine;
    if (mark !== " ") {
      const end = Math.min(i + CONTEXT_LINES, lines.length - 1);
      for (let near = Math.max(0, i - CONTEXT_LINES); near <= end; near++) shown[near] = true;
      if (depth - 1 > ancestorDepth) {
        ancestorDepth = depth - 1;
        depthBelow = depth;
      }
    } else if (depth <= ancestorDepth) {
      if (depth < TOP_LEVELS || depthBelow - depth <= NEAR_LEVELS) shown[i] = true;
      ancestorDepth = depth - 1;
    }
  }
  return shown;
}

/** Pairs expected children with the recorded ones that they probably mean, and puts all in one order. */
function alignChildren(node: TreeNode, { children }: TraceSpan, depth: number, matches: Matches): Step[] {
  const isWhole: Test = (one, span) => matches.get(one)?.has(span) === true;
  const nodes = node.groups.flatMap((group) =>
    group.isOrdered ? group.nodes : inRecordedOrder(group.nodes, children, isWhole),
  );
  const pairs = pairInOrder(nodes, children, isWhole);
  const steps: Step[] = [];
  let next = 0;
  const passMissing = () => {
    for (; next < nodes.length && !pairs.has(nodes[next] as TreeNode); next++) {
      steps.push({ kind: "missing", node: nodes[next] as TreeNode, depth });
    }
  };
  for (const span of children) {
    passMissing();
    const one = nodes[next];
    if (one !== undefined && pairs.get(one) === span) {
      steps.push({ kind: "pair", node: one, span, depth });
      next++;
    } else steps.push({ kind: "span", mark: node.hasOthers ? " " : "+", span, depth });
  }
  passMissing();
  return steps;
}

type Pairs = Map<TreeNode, TraceSpan>;
type Test = (node: TreeNode, span: TraceSpan) => boolean;

const hasName: Test = ({ self }, span) => self.name === undefined || isExpected(self.name, span.name);

/** Those of an unordered group as their spans come: of each the one that matches it altogether, else by name. */
function inRecordedOrder(nodes: TreeNode[], spans: readonly TraceSpan[], isWhole: Test): TreeNode[] {
  const pairs = assign({ nodes }, spans, isWhole);
  const taken = new Set(pairs.values());
  const left = spans.filter((span) => !taken.has(span));
  const byName = assign({ nodes: nodes.filter((node) => !pairs.has(node)) }, left, hasName);
  const positions = new Map(spans.map((span, i) => [span, i]));
  const positionOf = (node: TreeNode) =>
    positions.get((pairs.get(node) ?? byName.get(node)) as TraceSpan) ?? spans.length;
  return nodes.toSorted((a, b) => positionOf(a) - positionOf(b));
}

/** The longest common subsequence by name; of spans with one name, those that match altogether. */
function pairInOrder(nodes: TreeNode[], spans: readonly TraceSpan[], isWhole: Test): Pairs {
  const pairs: Pairs = new Map();
  let start = 0;
  while (start < nodes.length && start < spans.length && pairIf(isWhole, start, start)) start++;
  let nodeEnd = nodes.length;
  let spanEnd = spans.length;
  while (nodeEnd > start && spanEnd > start && pairIf(isWhole, nodeEnd - 1, spanEnd - 1)) {
    nodeEnd--;
    spanEnd--;
  }
  const rows = nodeEnd - start;
  const columns = spanEnd - start;
  if (rows * columns > MAX_COMPARISONS) {
    for (let i = start; i < Math.min(nodeEnd, spanEnd); i++) pairIf(hasName, i, i);
    return pairs;
  }
  const weigh = (row: number, column: number) => {
    const node = nodes[start + row] as TreeNode;
    const span = spans[start + column] as TraceSpan;
    return isWhole(node, span) ? 3 : hasName(node, span) ? 2 : 0;
  };
  const width = columns + 1;
  const best = new Float64Array((rows + 1) * width);
  const at = (row: number, column: number) => best[row * width + column] as number;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const weight = weigh(row, column);
      best[row * width + column] = Math.max(
        at(row + 1, column),
        at(row, column + 1),
        weight === 0 ? 0 : weight + at(row + 1, column + 1),
      );
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    const weight = weigh(row, column);
    if (weight > 0 && at(row, column) === weight + at(row + 1, column + 1)) {
      pairs.set(nodes[start + row++] as TreeNode, spans[start + column++] as TraceSpan);
    } else if (at(row, column) === at(row + 1, column)) row++;
    else column++;
  }
  return pairs;

  function pairIf(test: Test, nodeIndex: number, spanIndex: number): boolean {
    const node = nodes[nodeIndex] as TreeNode;
    const span = spans[spanIndex] as TraceSpan;
    if (!test(node, span)) return false;
    pairs.set(node, span);
    return true;
  }
}

/** A pattern as the span's line would show it. */
function patternLine({ name, status, unfinished, attributes = {}, ...more }: SpanPattern): string {
  let line =
    name === undefined ? "(any name)" : typeof name === "string" ? nameText(name) : expectedText(name);
  if (status !== undefined) line += ` [${typeof status === "string" ? status : expectedText(status)}]`;
  if (unfinished !== undefined) line += unfinished ? " [unfinished]" : " [finished]";
  const shown = Object.entries(attributes).map(([key, value]) => attributeText(key, expectedText(value)));
  if (shown.length > 0) line += `  ${shown.join(" ")}`;
  return Object.keys(more).length > 0 ? `${line}  ${expectedText(more)}` : line;
}

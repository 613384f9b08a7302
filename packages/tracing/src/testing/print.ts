// A trace as indented text. Only indentation shows the tree, so that a span that comes or goes changes no other line of a
// snapshot. Linear in the number of spans: past a depth, lines say how deep they are and move no further to the right.
import type { Trace, TraceSpan } from "./trace.ts";
import { attributeText, nameText, valueText } from "./value-text.ts";

export interface PrintOptions {
  /** Adds to each span when it started, in milliseconds after the root, and how long it took. */
  times?: boolean;
  /** Adds the ids of the trace and of the spans. */
  ids?: boolean;
  /**
   * `key` leaves out what only repeats others on the spans that the library makes, such as `url.scheme` beside
   * `url.full`; your own spans show all of theirs. Default: `key`.
   */
  attributes?: "key" | "all" | "none";
  /** After so many lines it only says how many spans are left. Default: all are printed. */
  maxLines?: number;
}

export interface LineOptions extends PrintOptions {
  /** Keys of attributes that are shown in any case. */
  also?: readonly string[];
}

const MAX_INDENT = 40;

/** What the library's own spans say beside what tells them apart. */
const MINOR =
  /^(network\.|server\.|user_agent\.|faas\.|geo\.|url\.(scheme|path|query)$|db\.(system|operation)\.name$|db\.operation\.|http\.(request|response)\.(header|body)\.|cloudflare\.(binding\.type|handler_type|execution_model)$|cloudflare\.\w+\.(response\.|query\.(keys\.count|payload\.size|value_type)$))/;

/** What the line says in another way. */
const SAID = new Set(["enterspan.unfinished", "cloudflare.outcome", "cloudflare.wall_time_ms"]);

export function printTrace(trace: Trace, options: PrintOptions = {}): string {
  const lines = options.ids ? [`trace ${trace.traceId}`] : [];
  const [root] = trace.spans;
  if (root !== undefined) return [...lines, printSpan(root, options)].join("\n");
  lines.push("(not sampled: no spans)", ...trace.logs.map((log) => `  ${logLine(log)}`));
  return lines.join("\n");
}

export function printSpan(top: TraceSpan, options: PrintOptions = {}): string {
  const { maxLines = Number.POSITIVE_INFINITY } = options;
  const lines: string[] = [];
  const stack: { span: TraceSpan; depth: number }[] = [{ span: top, depth: 0 }];
  let left = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { span, depth } = next;
    if (lines.length >= maxLines) left++;
    else for (const line of spanLines(span, options, top)) lines.push(indent(depth) + line);
    for (let i = span.children.length - 1; i >= 0; i--) {
      stack.push({ span: span.children[i] as TraceSpan, depth: depth + 1 });
    }
  }
  if (left > 0) lines.push(`… and ${left} more spans`);
  return lines.join("\n");
}

export function indent(depth: number): string {
  return depth <= MAX_INDENT ? "  ".repeat(depth) : `${"  ".repeat(MAX_INDENT)}(${depth} deep) `;
}

/** The span's line, and one for each of its logs, exceptions, events and links. */
export function spanLines(span: TraceSpan, options: LineOptions = {}, top: TraceSpan = span): string[] {
  const lines = [spanLine(span, options, top)];
  for (const { type, message } of span.exceptions) lines.push(`  ! ${exceptionText(type, message)}`);
  for (const { name, attributes } of span.events) {
    if (name !== "exception") lines.push(`  * ${nameText(name)}${attributesText(attributes)}`);
  }
  for (const { traceId, spanId, attributes } of span.links) {
    lines.push(`  @ link${options.ids ? ` to ${traceId}/${spanId}` : ""}${attributesText(attributes)}`);
  }
  for (const log of span.logs) lines.push(`  ${logLine(log)}`);
  return lines;
}

function spanLine(span: TraceSpan, options: LineOptions, top: TraceSpan): string {
  let line = nameText(span.name) + statusText(span);
  if (span.unfinished) line += " [unfinished]";
  if (options.ids) line += ` #${span.spanId}`;
  if (options.times) {
    const offsetMs = Number(span.startTimeUnixNano - top.startTimeUnixNano) / 1e6;
    line += ` (+${milliseconds(offsetMs)}, ${milliseconds(span.durationMs)})`;
  }
  return line + shownAttributes(span, options);
}

function shownAttributes(span: TraceSpan, { attributes = "key", also = [] }: LineOptions): string {
  const isShown = (key: string) =>
    attributes === "all" ||
    also.includes(key) ||
    (attributes === "key" && !SAID.has(key) && !(span.kind !== "internal" && MINOR.test(key)));
  return attributesText(Object.fromEntries(Object.entries(span.attributes).filter(([key]) => isShown(key))));
}

function attributesText(attributes: Record<string, unknown>): string {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return "";
  return `  ${entries.map(([key, value]) => attributeText(key, valueText(value))).join(" ")}`;
}

function statusText({ status, exceptions }: TraceSpan): string {
  if (status.code === "unset") return "";
  const { message } = status;
  // The exception below says it already.
  const isSaid = !message || exceptions.some((exception) => exception.message === message);
  return isSaid ? ` [${status.code}]` : ` [${status.code}: ${oneLine(message)}]`;
}

function exceptionText(type: string, message: string): string {
  return oneLine(type === "" ? message : message === "" ? type : `${type}: ${message}`);
}

function logLine({ level, message }: { level: string; message: string }): string {
  return `> ${level === "info" ? "log" : level}: ${oneLine(message)}`;
}

function oneLine(text: string): string {
  return text.replace(/[\n\r]+/g, "⏎");
}

function milliseconds(ms: number): string {
  return `${Number(ms.toFixed(3))} ms`;
}

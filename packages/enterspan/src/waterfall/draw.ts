// A trace as lines of text, as wide as the terminal: names as a tree, durations, and bars on one time axis.
import { styleText } from "node:util";
import type { TraceResponse, WireLog, WireSpan, WireValue } from "@enterspan/backend/contract";
import { plainOf, valueFromJson } from "@enterspan/otlp";
import { formatDuration, printable } from "../terminal.ts";
import { type Row, rowsOf, textOf } from "./tree.ts";

const MAX_NAME = 48;
const MIN_BAR = 10;
const MAX_DEPTH = 12;
/** Fractions of a character, from its left edge. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

interface DrawOptions {
  /** In characters. */
  columns: number;
  colour: boolean;
  /** Spans after these are only counted. */
  limit: number;
}

export function waterfall(trace: TraceResponse, { columns, colour, limit }: DrawOptions): string[] {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const rows = rowsOf(trace);
  const shown = rows.slice(0, limit);
  const names = shown.map(nameOf);
  const durations = shown.map(({ span }) => durationOf(span));
  const nameWidth = Math.min(MAX_NAME, Math.max(0, ...names.map(({ length }) => length)));
  const durationWidth = Math.max(0, ...durations.map(({ length }) => length));
  const axis = axisOf(trace.spans, Math.max(MIN_BAR, columns - nameWidth - durationWidth - 4));
  const lines: string[] = [];
  shown.forEach(({ span, depth, logs }, at) => {
    const hasFailed = span.status.code === 2;
    const name = cut(names[at] as string, nameWidth).padEnd(nameWidth);
    const duration = (durations[at] as string).padStart(durationWidth);
    const bar = axis(span);
    lines.push(
      `${paint(hasFailed ? "red" : "bold", name)}  ${duration}  ${paint(hasFailed ? "red" : "cyan", bar)}`.trimEnd(),
    );
    const room = Math.max(MIN_BAR, columns - indentOf(depth).length - 2);
    if (hasFailed && span.status.message !== "") {
      lines.push(paint("red", `${indentOf(depth)}! ${cut(oneLine(span.status.message), room)}`));
    }
    for (const log of logs) lines.push(paint(styleOf(log), `${indentOf(depth)}· ${cut(logText(log), room)}`));
  });
  const ids = new Set(trace.spans.map(({ spanId }) => spanId));
  for (const log of trace.logs) {
    if (!ids.has(log.spanId)) lines.push(paint(styleOf(log), `· ${cut(logText(log), columns - 2)}`));
  }
  if (rows.length > shown.length)
    lines.push(`… and ${(rows.length - shown.length).toLocaleString("en-US")} more spans`);
  return lines;
}

const indentOf = (depth: number): string => "  ".repeat(Math.min(depth, MAX_DEPTH) + 1);

/** A service is named where another one begins. */
function nameOf({ span, depth, service, isEntry }: Row): string {
  const method = textOf(span.attributes, "http.request.method");
  const path = textOf(span.attributes, "url.path");
  const name = path !== undefined && span.name === method ? `${span.name} ${path}` : span.name || "(no name)";
  const mark = span.status.code === 2 ? "✗ " : "";
  return indentOf(depth).slice(2) + printable(`${mark}${name}${isEntry ? ` [${service}]` : ""}`);
}

function durationOf({ startTimeUnixNano, endTimeUnixNano, attributes }: WireSpan): string {
  const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
  if (end < start) return "no end";
  const isUnfinished = attributes.some(
    ({ key, value }) => key === "enterspan.unfinished" && "boolValue" in value && value.boolValue,
  );
  return `${isUnfinished ? "≥" : ""}${formatDuration(start, end)}`;
}

/** Gives a span's bar: blanks before it, then at least an eighth of a character. */
function axisOf(spans: readonly WireSpan[], width: number): (span: WireSpan) => string {
  let first = BigInt(spans[0]?.startTimeUnixNano ?? 0);
  let last = first;
  for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
    const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
    if (start < first) first = start;
    if (end > last) last = end;
  }
  const whole = Math.max(1, Number(last - first));
  const eighths = (time: bigint) => Math.round((Number(time - first) / whole) * width * 8);
  return ({ startTimeUnixNano, endTimeUnixNano }) => {
    const [start, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
    // A character is filled from its left, so that a bar begins with a whole one.
    const from = Math.min(width - 1, Math.floor(eighths(start) / 8));
    const length = Math.max(1, eighths(end > start ? end : start) - from * 8);
    return " ".repeat(from) + "█".repeat(Math.floor(length / 8)) + EIGHTHS[length % 8];
  };
}

function styleOf({ severityNumber }: WireLog): "red" | "yellow" | "dim" {
  return severityNumber >= 17 ? "red" : severityNumber >= 13 ? "yellow" : "dim";
}

function logText({ severityText, body }: WireLog): string {
  const parts = "arrayValue" in body ? body.arrayValue.values : [body];
  return oneLine(`${severityText.toLowerCase()} ${parts.map(valueText).join(" ")}`.trim());
}

function valueText(value: WireValue): string {
  return "stringValue" in value ? value.stringValue : JSON.stringify(plainOf(valueFromJson(value)));
}

const oneLine = (text: string): string => printable(text.replace(/\s+/g, " "));

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

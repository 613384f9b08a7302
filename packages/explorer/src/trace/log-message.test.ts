// Logs read as a terminal shows them.
import { expect, it } from "vitest";
import { logMessage } from "./log-message.ts";
import type { Value } from "./model.ts";

const text = (value: string): Value => ({ type: "string", value });
const map = (entries: Record<string, Value>): Value => ({
  type: "map",
  entries: Object.entries(entries).map(([key, value]) => ({ key, value })),
});

it.each<[string, Value, string]>([
  ["a text", text("hello"), "hello"],
  [
    "text and values",
    { type: "array", values: [text("total"), map({ a: text("b") }), { type: "boolean", value: true }] },
    'total {"a": "b"} true',
  ],
  ["an array that is no message", { type: "array", values: [{ type: "boolean", value: true }] }, "[true]"],
  [
    "an error after a text",
    { type: "array", values: [text("bad"), map({ name: text("E"), stack: text("E: m\n  at f") })] },
    "bad E: m\n  at f",
  ],
  ["a long value", map({ key: text("x".repeat(120)) }), `{\n  "key": "${"x".repeat(120)}"\n}`],
])("%s", (_what, body, message) => expect(logMessage(body)).toBe(message));

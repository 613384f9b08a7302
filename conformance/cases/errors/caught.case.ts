import type { Declaration } from "../../case.ts";

const because =
  "semantics.md: a span that an error escapes from has status error, the innermost one an exception event";

export default {
  beyond: [
    {
      span: "sync",
      because,
      status: { code: "error", message: "the same" },
      exceptions: [{ type: "RangeError", message: "the same", stack: true }],
    },
    {
      // The same error a second time: its event stands where it was first seen.
      span: "async",
      because,
      status: { code: "error", message: "the same" },
    },
    { span: "outer", because, status: { code: "error", message: "crosses two" } },
    {
      span: "inner",
      because,
      status: { code: "error", message: "crosses two" },
      exceptions: [{ type: "TypeError", message: "crosses two", stack: true }],
    },
    {
      span: "thrower",
      because,
      status: { code: "error", message: "caught by the parent" },
      exceptions: [{ type: "SyntaxError", message: "caught by the parent", stack: true }],
    },
    {
      span: "throws a string",
      because,
      status: { code: "error", message: "a string" },
      exceptions: [{ type: "", message: "a string", stack: false }],
    },
    {
      span: "throws undefined",
      because,
      status: { code: "error", message: "undefined" },
      exceptions: [{ type: "undefined", message: "undefined", stack: false }],
    },
  ],
} satisfies Declaration;

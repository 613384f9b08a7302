// recordException reads name, message, code and stack of whatever it is given, and adds no event where there is nothing.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

class Declined extends Error {
  override name = "Declined";
  code = "E_DECLINED";
}

const withoutStack = new Error("without stack");
delete withoutStack.stack;

const EXCEPTIONS = {
  error: new Error("plain"),
  typeError: new TypeError("of a type"),
  withCode: new Declined("with code"),
  withCause: new Error("outer", { cause: new Error("inner") }),
  aggregate: new AggregateError([new Error("one")], "aggregate"),
  domException: new DOMException("aborted", "AbortError"),
  withoutStack,
  frozen: Object.freeze(new Error("frozen")),
  string: "just a string",
  emptyString: "",
  nameAndMessage: { name: "Name", message: "message", stack: "a stack" },
  numericCode: { code: 42, message: "numeric code" },
  codeAndName: { code: "CODE", name: "Name", message: "code and name" },
  messageOnly: { message: "message only" },
  nameOnly: { name: "Name only" },
  stackOnly: { stack: "at somewhere" },
  emptyObject: {},
  array: [1],
  function: function named() {},
  number: 5,
  bigint: 5n,
  boolean: true,
  symbol: Symbol("exception"),
  null: null,
  undefined: undefined,
};

export default {
  async fetch() {
    const results = Object.entries(EXCEPTIONS).map(([name, exception]) =>
      tracing.enterSpan(name, (span) => {
        const record = span.recordException.bind(span) as (...args: unknown[]) => unknown;
        return [name, attempt(() => record(exception))];
      }),
    );
    tracing.enterSpan("twice", (span: Span) => {
      span.recordException(new Error("first"));
      span.recordException(new Error("second"));
    });
    return Response.json(Object.fromEntries(results));
  },
} satisfies ExportedHandler;

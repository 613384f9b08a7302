// What programs and libraries see that look at the API itself: its members, its classes, how its functions are called.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

const CALLS = ["enterSpan", "startActiveSpan", "startSpan", "getActiveSpan", "withActiveSpan"] as const;

/** Anything that can be asked of an object. */
// biome-ignore lint/suspicious/noExplicitAny: it is looked at, not used
type Any = any;

function namesOf(one: object): string[] {
  const names: string[] = [];
  for (const name in one) names.push(name);
  return names.sort();
}

function looksOf(one: Any): unknown {
  const prototype = Object.getPrototypeOf(one) as object;
  return [
    Object.keys(one),
    Object.getOwnPropertyNames(one),
    namesOf(one),
    Object.getOwnPropertyNames(prototype).sort(),
    Object.entries({ ...one }),
    JSON.stringify([one]),
    String(one),
    typeof one,
    [one.constructor.name, one.constructor.length, Object.keys(one.constructor)],
    Object.getPrototypeOf(prototype) === Object.prototype,
    Object.isExtensible(one),
    "then" in one,
    Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag),
  ];
}

function functionsOf(one: Any, names: readonly string[]): unknown {
  const prototype = Object.getPrototypeOf(one) as object;
  return names.map((name) => {
    const { value, ...flags } = Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;
    return [value.name, value.length, Object.keys(flags).sort(), flags, "prototype" in value, name in one];
  });
}

/** On which objects its functions refuse to be called. */
function refusals(api: Any, span: Any): unknown {
  const others: unknown[] = [
    undefined,
    null,
    {},
    1,
    "text",
    false,
    Symbol(),
    globalThis,
    span,
    tracing.Span,
    [],
  ];
  const args: Record<string, unknown[]> = {
    withActiveSpan: [span, () => 1],
    getActiveSpan: [],
    startSpan: ["x"],
  };
  return CALLS.map((name) => {
    const given = args[name] ?? ["x", () => 1];
    return [
      others.map((self) => attempt(() => Reflect.apply(api[name], self, given) && "called")),
      attempt(() => new api[name](...given) && "constructed"),
    ];
  });
}

const OF_SPANS = ["spanContext", "setAttribute", "setAttributes", "recordException", "updateName", "end"];

function refusalsOf(span: Any): unknown {
  return [...OF_SPANS, "setStatus"].map((name) =>
    [undefined, null, {}, 1, tracing, Object.create(span), new Proxy(span, {})].map((self) => {
      const given = { setAttributes: [{}], setStatus: [{ code: "ok" }] }[name] ?? ["x", 1];
      return attempt(() => Reflect.apply(span[name], self, given) === self && "called");
    }),
  );
}

export default {
  async fetch(_request, _env, ctx) {
    const span = tracing.startSpan("looked at");
    const root = tracing.getActiveSpan() as object;
    const { Span } = tracing as { Span: Any };
    const facts = {
      apis: [tracing, ctx.tracing].map((api) => [looksOf(api), functionsOf(api, CALLS), refusals(api, span)]),
      spans: [span, root].map((one) => [looksOf(one), functionsOf(one, OF_SPANS), refusalsOf(one)]),
      isTraced: [
        Object.keys(Object.getOwnPropertyDescriptor(Span.prototype, "isTraced") ?? {}),
        attempt(() => Span.prototype.isTraced),
        attempt(() => Object.assign(span, { isTraced: 1 })),
      ],
      made: [attempt(() => Span()), attempt(() => new Span()), attempt(() => Reflect.construct(Span, ["x"]))],
    };
    span.end();
    return Response.json(facts);
  },
} satisfies ExportedHandler;

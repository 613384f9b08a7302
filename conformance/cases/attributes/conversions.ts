// What setAttribute makes of each type of key and value.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

const VALUES = {
  string: "text",
  empty: "",
  integer: 42,
  fraction: 1.5,
  large: 2 ** 53,
  negativeZero: -0,
  nan: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  negativeInfinity: Number.NEGATIVE_INFINITY,
  true: true,
  false: false,
  undefined: undefined,
  null: null,
  object: { a: 1 },
  array: [1, 2],
  function: Math.max,
  date: new Date(0),
  boxedString: new String("boxed"),
  boxedNumber: new Number(4),
  regExp: /x/g,
  error: new RangeError("message"),
  map: new Map([["key", 1]]),
  url: new URL("http://host/path"),
  controlCharacters: "a\0b\n",
  emoji: "👩‍💻",
  bigint: 5n,
  symbol: Symbol("value"),
  nullPrototype: Object.create(null),
};

export default {
  async fetch() {
    const results = tracing.enterSpan("attributes", (span) => {
      const set = span.setAttribute.bind(span) as (...args: unknown[]) => Span;
      const results = Object.entries(VALUES).map(([key, value]) => [
        key,
        attempt(() => set(key, value) === span),
      ]);
      set("last wins", 1);
      set("last wins", "two");
      return {
        values: Object.fromEntries(results),
        numberKey: attempt(() => set(42, "number key") === span),
        undefinedKey: attempt(() => set(undefined, "undefined key") === span),
        emptyKey: attempt(() => set("", "empty key") === span),
        symbolKey: attempt(() => set(Symbol("key"), "value")),
        noValue: attempt(() => set("no value") === span),
        noArguments: attempt(() => set()),
        detached: attempt(() => {
          const { setAttribute } = span;
          return setAttribute("detached", 1);
        }),
      };
    });
    return Response.json(results);
  },
} satisfies ExportedHandler;

// setAttributes takes own enumerable string keys, all or, where one value cannot be taken, none.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch() {
    const results = tracing.enterSpan("attributes", (span) => {
      const set = span.setAttributes.bind(span) as (...args: unknown[]) => Span;
      const inherited = Object.create(
        { inherited: 1 },
        { own: { value: 1, enumerable: true }, hidden: { value: 2 } },
      );
      return {
        plain: attempt(() => set({ a: 1, b: "x", c: true, d: undefined, e: null }) === span),
        empty: attempt(() => set({}) === span),
        inherited: attempt(() => set(inherited) === span),
        symbolKey: attempt(() => set({ [Symbol("key")]: 1, besideSymbol: 1 }) === span),
        map: attempt(() => set(new Map([["in map", 1]])) === span),
        bigint: attempt(() => set({ beforeBad: 1, bad: 5n, afterBad: 2 })),
        null: attempt(() => set(null)),
        undefined: attempt(() => set()),
        string: attempt(() => set("ab")),
        array: attempt(() => set(["x", "y"])),
        number: attempt(() => set(5)),
      };
    });
    return Response.json(results);
  },
} satisfies ExportedHandler;

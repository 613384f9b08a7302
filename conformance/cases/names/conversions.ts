// A name is the String() of what is given; updateName follows the same rules.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch() {
    const enter = tracing.enterSpan.bind(tracing) as (
      name: unknown,
      callback: (span: Span) => unknown,
    ) => unknown;
    for (const name of [42, undefined, null, true, {}, ["a", "b"], "", "with\0control\n", "👩‍💻"])
      enter(name, () => {});
    enter("renamed", (span) => span.updateName("new name"));
    enter("renamed twice", (span) => span.updateName("first").updateName("second"));
    const results = enter("updates", (span) => {
      const update = span.updateName.bind(span) as (...args: unknown[]) => Span;
      return {
        number: attempt(() => update(42) === span),
        symbol: attempt(() => update(Symbol("name"))),
        none: attempt(() => update()),
      };
    });
    return Response.json(results);
  },
} satisfies ExportedHandler;

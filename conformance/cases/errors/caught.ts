// Errors leave spans unchanged, sync and async; the program that catches them sees the very same ones.
import { tracing } from "cloudflare:workers";
import { attempt, attemptAsync } from "../attempt.ts";

export default {
  async fetch() {
    const error = new RangeError("the same");
    const facts = {
      sync: attempt(() => {
        try {
          return tracing.enterSpan("sync", () => {
            throw error;
          });
        } catch (caught) {
          return caught === error;
        }
      }),
      async: await attemptAsync(async () => {
        try {
          return await tracing.enterSpan("async", async () => {
            await scheduler.wait(1);
            throw error;
          });
        } catch (caught) {
          return caught === error;
        }
      }),
      nested: attempt(() =>
        tracing.enterSpan("outer", () =>
          tracing.enterSpan("inner", () => {
            throw new TypeError("crosses two");
          }),
        ),
      ),
      caughtInside: tracing.enterSpan("catches", () =>
        attempt(() =>
          tracing.enterSpan("thrower", () => {
            throw new SyntaxError("caught by the parent");
          }),
        ),
      ),
      string: attempt(() =>
        tracing.enterSpan("throws a string", () => {
          throw "a string";
        }),
      ),
      undefined: attempt(() =>
        tracing.enterSpan("throws undefined", () => {
          throw undefined;
        }),
      ),
    };
    return Response.json(facts);
  },
} satisfies ExportedHandler;

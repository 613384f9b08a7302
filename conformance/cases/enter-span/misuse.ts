// A callback that is no function and a name without a string form are TypeErrors, thrown before any span opens.
import { tracing } from "cloudflare:workers";
import { attempt } from "../attempt.ts";

export default {
  async fetch() {
    const enterSpan = tracing.enterSpan.bind(tracing) as (...args: unknown[]) => unknown;
    return Response.json({
      noArguments: attempt(() => enterSpan()),
      noCallback: attempt(() => enterSpan("no callback")),
      callbackNumber: attempt(() => enterSpan("number as callback", 5)),
      symbolName: attempt(() => enterSpan(Symbol("name"), () => "ran")),
      throwingName: attempt(() =>
        enterSpan(
          {
            toString() {
              throw new RangeError("no name");
            },
          },
          () => "ran",
        ),
      ),
    });
  },
} satisfies ExportedHandler;

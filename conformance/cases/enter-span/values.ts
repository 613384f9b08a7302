// Promises settle as the callback's does, as plain promises; everything else, thenables included, comes back untouched.
import { tracing } from "cloudflare:workers";

class Tagged<T> extends Promise<T> {
  tag = "tagged";
}

export default {
  async fetch() {
    let started = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what this case is about
      then(resolve: (value: number) => void) {
        started++;
        resolve(5);
      },
    };
    const given = Promise.resolve(1);
    const facts = {
      thenableUntouched: tracing.enterSpan("thenable", () => lazy) === lazy,
      thenableStarted: started,
      samePromise: tracing.enterSpan("promise", () => given) === given,
      plainPromise: tracing.enterSpan("subclass", () => Tagged.resolve(1)).constructor.name,
      generator: [
        ...tracing.enterSpan("generator", function* () {
          yield tracing.enterSpan("yielded later", () => 1);
        }),
      ],
      resolved: await tracing.enterSpan("resolved", () => given),
      rejected: await tracing
        .enterSpan("rejected", async () => Promise.reject("reason"))
        .catch((reason) => reason),
    };
    return Response.json(facts);
  },
} satisfies ExportedHandler;

// Libraries put a class of their own in the place of Promise. What async functions return stays a genuine one.
import { tracing } from "cloudflare:workers";

const Genuine = Promise;

class Lookalike {
  readonly inner: Promise<unknown>;

  constructor(start: ConstructorParameters<typeof Promise>[0]) {
    this.inner = new Genuine(start);
  }

  // biome-ignore lint/suspicious/noThenProperty: a thenable is what this case is about
  then(...handlers: Parameters<Promise<unknown>["then"]>): unknown {
    return this.inner.then(...handlers);
  }
}

export default {
  async fetch() {
    globalThis.Promise = Lookalike as unknown as PromiseConstructor;
    try {
      const genuine = tracing.enterSpan("genuine", async () => {
        await scheduler.wait(2);
        tracing.enterSpan("in genuine", () => {});
        return 5;
      });
      const lookalike = new Lookalike((resolve) => resolve(1));
      return Response.json({
        isGenuine: genuine instanceof Genuine,
        isUntouched: tracing.enterSpan("lookalike", () => lookalike) === lookalike,
        value: await genuine,
      });
    } finally {
      globalThis.Promise = Genuine;
    }
  },
} satisfies ExportedHandler;

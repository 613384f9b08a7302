// An object of handlers has methods, too: each takes one argument, `env` and the context. What can be called crosses in
// both directions.
import { RpcTarget, tracing } from "cloudflare:workers";

class Counter extends RpcTarget {
  #count = 0;
  add(by: number): number {
    return tracing.enterSpan("add", () => {
      this.#count += by;
      return this.#count;
    });
  }
}

interface Given {
  back(n: number): Promise<number>;
  counter: { add(by: number): Promise<number> };
}

export default {
  async fetch(_request, env) {
    const handlers = env.SERVICE as unknown as Stub;
    const counter = new Counter();
    return Response.json([
      await handlers.greet("you"),
      await handlers.answer,
      await tracing.enterSpan("given", () =>
        handlers.use({ back: (n) => tracing.enterSpan("back", () => 2 * n), counter }),
      ),
      counter.add(1),
      await tracing.enterSpan("made", () => handlers.make(5).add(1)),
      await refused("two arguments", () => handlers.one(1, 2)),
      await refused("not there", () => handlers.missing(1)),
    ]);
  },
  greet: (name: string, env: Env, context: ExecutionContext) =>
    tracing.enterSpan("greet", () => `hello ${name} ${"SERVICE" in env} ${typeof context.waitUntil}`),
  use: ({ back, counter }: Given) =>
    tracing.enterSpan("use", async () => [await back(1), await counter.add(3)]),
  make: (n: number) => {
    const counter = new Counter();
    counter.add(n);
    return counter;
  },
  one: (n: number) => n,
  answer: 42,
} satisfies ExportedHandler<Env> & Record<"greet" | "use" | "make" | "one" | "answer", unknown>;

interface Stub {
  greet(name: string): Promise<string>;
  one(...ns: number[]): Promise<number>;
  use(given: { back: (n: number) => number; counter: Counter }): Promise<number[]>;
  make(n: number): { add(by: number): Promise<number> };
  missing(n: number): Promise<never>;
  answer: Promise<number>;
}

const refused = (what: string, call: () => Promise<unknown>) =>
  tracing.enterSpan(what, () => call().catch((error: unknown) => String(error)));

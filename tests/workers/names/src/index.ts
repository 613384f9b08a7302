// A program that looks at the names of what it has written, and says what it sees; traced or not, as the bundler is told.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";
import { instrument } from "@enterspan/tracing";

/** Defined by the bundler. */
declare const TRACED: boolean;

const traced = <T extends object>(exported: T): T =>
  TRACED ? instrument(exported, { serviceName: "names", endpoint: "http://127.0.0.1:9" }) : exported;

class OutOfStock extends RangeError {}

class Store {
  async get(key: string, type?: string) {
    return `${key} ${type}`;
  }
}

export const Counter = traced(
  class Counter {
    static limit = 3;
    readonly state: unknown;
    constructor(state: unknown) {
      this.state = state;
    }
    fetch(_request: Request) {
      return new Response(this.constructor.name);
    }
    increment(by: number) {
      return by + 1;
    }
  },
);

export class Api extends WorkerEntrypoint {
  greet(name: string, greeting = "hello") {
    return `${greeting} ${name}`;
  }
}
traced(Api);

async function buy(): Promise<never> {
  throw new OutOfStock("nothing left");
}

const worker = {
  async fetch(_request: Request, env: { STORE: Store }, _context: object) {
    const seen = {
      counter: [Counter.name, Counter.length, Counter.limit, new Counter({}).constructor.name],
      methods: Object.getOwnPropertyNames(Counter.prototype).map((name) => {
        const { value } = Object.getOwnPropertyDescriptor(Counter.prototype, name) ?? {};
        return [name, value.name, value.length];
      }),
      increment: new Counter({}).increment(1),
      api: [Api.name, Api.prototype.greet.name, Api.prototype.greet.length],
      store: [env.STORE.constructor.name, env.STORE.get.name, env.STORE.get.length],
      got: await env.STORE.get("key", "text"),
      error: await buy().catch((error) => [error.name, error.constructor.name, String(error)]),
      entered: tracing.enterSpan("entered", function named(span) {
        return [named.name, span.constructor.name];
      }),
      fetch: [fetch.name, fetch.length],
    };
    return Response.json(seen);
  },
};

const exported = traced(worker);
const context = { waitUntil() {}, passThroughOnException() {}, props: {} };
const answer = await exported.fetch(new Request("http://names/"), { STORE: new Store() }, context);
process.stdout.write(await answer.text());
process.exit();

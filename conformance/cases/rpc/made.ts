// Stubs of the Worker's own exports that are made by calling these, `ctx.exports.Name({ props })`: called, fetched from,
// given away, and held in the properties of another.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

interface Props {
  greeting?: string;
  next?: Greeting;
}

interface Greeting extends Fetcher {
  greet(name: string): Promise<string>;
  relay(name: string): Promise<string>;
  use(other: Greeting): Promise<string>;
}

type Maker = Greeting & ((options: { props?: Props }) => Greeting);

export class Greeter extends WorkerEntrypoint<unknown, Props> {
  greet(name: string): string {
    return tracing.enterSpan("greet", () => `${this.ctx.props?.greeting ?? "hello"} ${name}`);
  }
  async relay(name: string): Promise<string> {
    return tracing.enterSpan("relay", async () => `${await this.ctx.props.next?.greet(name)}!`);
  }
  use(other: Greeting): Promise<string> {
    return tracing.enterSpan("use", () => other.greet("all"));
  }
  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    return tracing.enterSpan("answer", () => new Response(`${this.ctx.props?.greeting} ${pathname}`));
  }
}

export class Kept extends DurableObject {
  count(): number {
    return tracing.enterSpan("count", () => 1);
  }
}

export default {
  async fetch(_request, _env, ctx) {
    const { Greeter } = ctx.exports as unknown as { Greeter: Maker };
    const polite = Greeter({ props: { greeting: "good morning" } });
    const via = Greeter({ props: { next: polite } });
    return Response.json([
      await tracing.enterSpan("call", () => polite.greet("you")),
      await (await tracing.enterSpan("fetch", () => polite.fetch("http://greeter/path"))).text(),
      await Greeter({ props: { greeting: "at once" } }).greet("you"),
      await tracing.enterSpan("in properties", () => via.relay("you")),
      await tracing.enterSpan("as an argument", () => Greeter.use(polite)),
      await Promise.all(["a", "b"].map((name) => Greeter({ props: { greeting: name } }).greet(name))),
    ]);
  },
} satisfies ExportedHandler;

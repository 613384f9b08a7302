// The Worker's own exports over RPC, and what they make with properties: `ctx.exports.Name({ props })`.
import { DurableObject, tracing, WorkerEntrypoint } from "cloudflare:workers";

interface Props {
  greeting: string;
}

export class Greeter extends WorkerEntrypoint<unknown, Props> {
  greet(name: string): string {
    return tracing.enterSpan("greet", () => `${this.ctx.props?.greeting ?? "hello"} ${name}`);
  }
  plainly(name: string): string {
    return this.greet(name);
  }
}

export class Kept extends DurableObject {
  count(): number {
    return tracing.enterSpan("count", () => 1);
  }
}

interface Greeting extends Fetcher {
  greet(name: string): Promise<string>;
  plainly(name: string): Promise<string>;
}

interface Exports {
  Greeter: Greeting & ((options: { props?: Props }) => Greeting);
  Kept: DurableObjectNamespace<Kept>;
}

export default {
  async fetch(_request, _env, ctx) {
    const exports = ctx.exports as unknown as Exports;
    const { Greeter, Kept } = exports;
    const polite = Greeter({ props: { greeting: "good morning" } });
    return Response.json([
      await tracing.enterSpan("with props", () => polite.greet("you")),
      await Greeter.plainly("you"),
      await Kept.getByName("one").count(),
      [typeof Greeter, typeof polite, Greeter === exports.Greeter],
    ]);
  },
} satisfies ExportedHandler;

// A service between: it passes on what it is given, and gives what another one gives. A promise of that is a result, too.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Thing extends RpcTarget {
  name(): string {
    return tracing.enterSpan("name", () => "a thing");
  }
}

export class Maker extends WorkerEntrypoint {
  make(): Thing {
    return tracing.enterSpan("make", () => new Thing());
  }
  async hold(thing: { name(): Promise<string> }): Promise<string> {
    return tracing.enterSpan("hold", () => thing.name());
  }
}

interface MakerStub {
  make(): { name(): Promise<string> } & Promise<{ name(): Promise<string> } & Disposable>;
  hold(thing: unknown): Promise<string>;
}

export class Relay extends WorkerEntrypoint<Env> {
  make(): unknown {
    return tracing.enterSpan("relay", () => (this.env.SERVICE as unknown as MakerStub).make());
  }
  hold(thing: unknown): Promise<string> {
    return (this.env.SERVICE as unknown as MakerStub).hold(thing);
  }
}

export default {
  async fetch(_request, env) {
    const relay = env.RELAY as unknown as MakerStub;
    using thing = await tracing.enterSpan("make", () => relay.make());
    const name = await thing.name();
    return Response.json([name, await tracing.enterSpan("hold", () => relay.hold(new Thing()))]);
  },
} satisfies ExportedHandler<Env>;

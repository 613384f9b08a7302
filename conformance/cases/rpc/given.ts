// Bindings and stubs that are given to a callee, which calls them: a service, an object, a stub made here, those in a Map.
import { DurableObject, RpcStub, RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  #sum = 0;
  add(by: number): number {
    return tracing.enterSpan("add", () => {
      this.#sum += by;
      return this.#sum;
    });
  }
}

interface Adding {
  add(by: number): Promise<number>;
}

interface Echoing extends Fetcher {
  echo(text: string): Promise<string>;
}

export class Cell extends DurableObject {
  add(by: number): number {
    return by;
  }
}

export class Echo extends WorkerEntrypoint {
  echo(text: string): string {
    return tracing.enterSpan("echoing", () => text + text);
  }
  override fetch(): Response {
    return new Response("echo");
  }
}

export class Caller extends WorkerEntrypoint {
  async callService(service: Echoing): Promise<unknown> {
    return [
      await tracing.enterSpan("call it", () => service.echo("a")),
      await (await service.fetch("http://service/")).text(),
    ];
  }
  callObject(object: Adding): Promise<number> {
    return tracing.enterSpan("call it", () => object.add(2));
  }
  callStub(stub: Adding): Promise<number> {
    return tracing.enterSpan("call it", () => stub.add(3));
  }
  callInMap(map: Map<string, (n: number) => Promise<number>>): Promise<number> {
    return tracing.enterSpan("call it", async () => (await map.get("double")?.(4)) ?? 0);
  }
}

interface Stub {
  callService(service: Fetcher): Promise<unknown>;
  callObject(object: unknown): Promise<number>;
  callStub(stub: unknown): Promise<number>;
  callInMap(map: unknown): Promise<number>;
}

export default {
  async fetch(_request, env) {
    const caller = env.RELAY as unknown as Stub;
    using counter = new RpcStub(new Counter()) as unknown as Adding & Disposable;
    return Response.json([
      await tracing.enterSpan("a service", () => caller.callService(env.SERVICE)),
      await tracing.enterSpan("an object", () => caller.callObject(env.OBJECTS.getByName("one"))),
      await tracing.enterSpan("a stub", () => caller.callStub(counter)),
      await tracing.enterSpan("the stub here", () => counter.add(4)),
      await tracing.enterSpan("in a map", () =>
        caller.callInMap(new Map([["double", (n: number) => tracing.enterSpan("double", () => 2 * n)]])),
      ),
    ]);
  },
} satisfies ExportedHandler<Env>;

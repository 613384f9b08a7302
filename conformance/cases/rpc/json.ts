// What is written as JSON is not called: stubs, promises of what calls give, and members of both.
import { RpcTarget, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  add(by: number): number {
    return by;
  }
}

export class Api extends WorkerEntrypoint {
  counter(): Counter {
    return new Counter();
  }
  toJSON(): string {
    return "called";
  }
}

/** As the runtime has it: all members, each of which has all members. */
interface Stub {
  counter(): Stub & Promise<object>;
  toJSON(): Promise<string>;
  readonly value: Stub;
}

export default {
  async fetch(_request, env) {
    const api = env.SERVICE as unknown as Stub;
    const promise = api.counter();
    const all = [api, api.counter, api.value.value, promise, promise.value, await promise];
    return Response.json([all, JSON.stringify(all), { all }, await api.toJSON()]);
  },
} satisfies ExportedHandler<Env>;

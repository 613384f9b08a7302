// capnweb: RPC of its own over HTTP, which knows the platform's targets, stubs and promises by their prototypes and passes
// them on, as it does a service.
import { WorkerEntrypoint } from "cloudflare:workers";
import { newWorkersRpcResponse, RpcTarget } from "capnweb";

class Counter extends RpcTarget {
  #count: number;
  constructor(start: number) {
    super();
    this.#count = start;
  }
  add(by: number): number {
    this.#count += by;
    return this.#count;
  }
  get count(): number {
    return this.#count;
  }
}

export class Inner extends WorkerEntrypoint {
  make(start: number): Counter {
    return new Counter(start);
  }
  getDouble(): (n: number) => number {
    return (n) => 2 * n;
  }
  fail(): never {
    throw new RangeError("failed inside");
  }
}

interface Env {
  INNER: Service<typeof Inner>;
}

class Api extends RpcTarget {
  readonly #env: Env;
  constructor(env: Env) {
    super();
    this.#env = env;
  }
  hello(name: string): string {
    return `Hello, ${name}!`;
  }
  own(start: number): Counter {
    return new Counter(start);
  }
  promised(start: number) {
    return this.#env.INNER.make(start);
  }
  async received(start: number) {
    return await this.#env.INNER.make(start);
  }
  async getDouble() {
    return await this.#env.INNER.getDouble();
  }
  service() {
    return this.#env.INNER;
  }
  fail() {
    return this.#env.INNER.fail();
  }
}

export default {
  fetch: (request: Request, env: Env) => newWorkersRpcResponse(request, new Api(env)),
};

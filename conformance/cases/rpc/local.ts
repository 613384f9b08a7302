// Stubs that a program makes itself, `new RpcStub()`, of targets and functions, and calls or gives away.
import { RpcStub, RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget {
  #sum = 0;
  add(by: number): number {
    this.#sum += by;
    return tracing.enterSpan("add", () => this.#sum);
  }
  get sum(): number {
    return tracing.enterSpan("sum", () => this.#sum);
  }
  fail(): never {
    throw new RangeError("failed");
  }
  next(): Counter {
    return new Counter();
  }
}

interface Adding extends Disposable {
  add(by: number): Promise<number>;
  fail(): Promise<never>;
  next(): Adding & Promise<Adding>;
  sum: Promise<number>;
  dup(): Adding;
}

export class Caller extends WorkerEntrypoint {
  use(stub: Adding): Promise<number> {
    return tracing.enterSpan("use", () => stub.add(10));
  }
}

const stubOf = (target: RpcTarget) => new RpcStub(target) as unknown as Adding;

export default {
  async fetch(_request, env) {
    const caller = env.SERVICE as unknown as { use(stub: Adding): Promise<number> };
    using counter = tracing.enterSpan("make", () => stubOf(new Counter()));
    using double = new RpcStub((n: number) => tracing.enterSpan("double", () => 2 * n));
    return Response.json([
      await tracing.enterSpan("call", () => counter.add(1)),
      await tracing.enterSpan("property", async () => await counter.sum),
      await tracing.enterSpan("fail", () => counter.fail().catch((error: unknown) => String(error))),
      await tracing.enterSpan("pipelined", () => counter.next().add(5)),
      await tracing.enterSpan("duplicate", () => counter.dup().add(6)),
      await tracing.enterSpan("function", () => double(4)),
      await tracing.enterSpan("given away", () => caller.use(counter.dup())),
      counter instanceof RpcStub,
      counter.constructor === RpcStub,
      RpcStub.name,
    ]);
  },
} satisfies ExportedHandler<Env>;

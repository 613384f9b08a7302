// A target that is lent keeps the methods of its class, and tells of what is called: methods, its own and inherited, and
// properties that are computed. What it calls itself is no call over RPC.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Base extends RpcTarget {
  inherited(): string {
    return tracing.enterSpan("inherited", () => "base");
  }
}

class Target extends Base {
  own(): string {
    return tracing.enterSpan("own", () => `${this.inherited()} of ${this.name}`);
  }
  get name(): string {
    return tracing.enterSpan("name", () => "target");
  }
  fail(): never {
    throw new RangeError("failed");
  }
}

const { own } = Target.prototype;
const { inherited } = Base.prototype;

export class Caller extends WorkerEntrypoint {
  use(target: Remote): Promise<unknown> {
    return tracing.enterSpan("use", async () => [
      await target.own(),
      await target.inherited(),
      await target.name,
      await tracing.enterSpan("failing", () => target.fail().catch((error: unknown) => String(error))),
    ]);
  }
}

interface Remote {
  own(): Promise<string>;
  inherited(): Promise<string>;
  fail(): Promise<never>;
  name: Promise<string>;
}

export default {
  async fetch(_request, env) {
    const target = new Target();
    const caller = env.SERVICE as unknown as { use(target: Target): Promise<unknown> };
    return Response.json([
      await caller.use(target),
      target.own === own,
      target.inherited === inherited,
      Target.prototype.own === own,
      Object.hasOwn(Target.prototype, "own"),
      target instanceof Base,
      Object.getOwnPropertyNames(target),
      Object.getOwnPropertyNames(Object.getPrototypeOf(target)),
      target.own(),
    ]);
  },
} satisfies ExportedHandler<Env>;

// Members of members: of targets and objects that a service has as properties, and of what a call gives.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Users extends RpcTarget {
  find(id: number): string {
    return tracing.enterSpan("find", () => `user ${id}`);
  }
  get count(): number {
    return tracing.enterSpan("count", () => 2);
  }
}

export class Api extends WorkerEntrypoint {
  get users(): Users {
    return tracing.enterSpan("users", () => new Users());
  }
  get tools(): object {
    return {
      double: (n: number) => tracing.enterSpan("double", () => 2 * n),
      all: { sum: (a: number, b: number) => tracing.enterSpan("sum", () => a + b) },
    };
  }
  make(): object {
    return {
      double: (n: number) => tracing.enterSpan("double made", () => 2 * n),
      deep: { users: new Users() },
    };
  }
}

interface Stub {
  users: { find(id: number): Promise<string>; count: Promise<number> };
  tools: { double(n: number): Promise<number>; all: { sum(a: number, b: number): Promise<number> } };
  make(): { double(n: number): Promise<number>; deep: { users: Stub["users"] } };
}

export default {
  async fetch(_request, env) {
    const api = env.SERVICE as unknown as Stub;
    return Response.json([
      await tracing.enterSpan("a method", () => api.users.find(1)),
      await tracing.enterSpan("a property", () => api.users.count),
      await tracing.enterSpan("a function", () => api.tools.double(2)),
      await tracing.enterSpan("deeper", () => api.tools.all.sum(1, 2)),
      await tracing.enterSpan("of a result", () => api.make().double(3)),
      await tracing.enterSpan("deep in a result", () => api.make().deep.users.find(4)),
    ]);
  },
} satisfies ExportedHandler<Env>;

// Functions and targets wherever they may lie in what crosses: deep, in maps and sets, twice, in what holds itself.
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

type Back = (n: number) => Promise<number>;

class Doubler extends RpcTarget {
  double(n: number) {
    return tracing.enterSpan("double", () => 2 * n);
  }
}

interface Knot {
  left: { back: Back };
  right: { back: Back };
  self: Knot;
}

interface Deep {
  a: { b: { c: { d: [{ back: Back }] } } };
}

export class Callee extends WorkerEntrypoint {
  deep({ a }: Deep): Promise<number> {
    return a.b.c.d[0].back(1);
  }
  async keys(map: Map<Back, string>): Promise<unknown> {
    const [[back, name]] = [...map] as [[Back, string]];
    return [name, await back(2)];
  }
  async set(backs: Set<Back>): Promise<unknown> {
    const [back] = [...backs] as [Back];
    return [backs.size, await back(3)];
  }
  async knot(knot: Knot): Promise<unknown> {
    return [knot.left === knot.right, knot.self === knot, await knot.left.back(4)];
  }
  long(list: Back[]): Promise<number> {
    return (list.at(-1) as Back)(5);
  }
  target(map: Map<string, { all: { double: Back }[] }>): Promise<number> | undefined {
    return map.get("doublers")?.all[0]?.double(6);
  }
  give(): Map<string, (n: number) => number> {
    return new Map([["triple", (n: number) => tracing.enterSpan("triple", () => 3 * n)]]);
  }
}

interface Stub {
  deep(all: unknown): Promise<number>;
  keys(map: unknown): Promise<unknown>;
  set(backs: unknown): Promise<unknown>;
  knot(knot: unknown): Promise<unknown>;
  long(list: unknown): Promise<number>;
  target(map: unknown): Promise<number>;
  give(): Promise<Map<string, Back> & Disposable>;
}

export default {
  async fetch(_request, env) {
    const callee = env.SERVICE as unknown as Stub;
    const back = (n: number) => tracing.enterSpan(`back ${n}`, () => n + 1);
    const both = { back };
    const knot: Record<string, unknown> = { left: both, right: both };
    knot.self = knot;
    return Response.json([
      await tracing.enterSpan("deep", () => callee.deep({ a: { b: { c: { d: [{ back }] } } } })),
      await tracing.enterSpan("keys", () => callee.keys(new Map([[back, "name"]]))),
      await tracing.enterSpan("set", () => callee.set(new Set([back]))),
      await tracing.enterSpan("knot", () => callee.knot(knot)),
      await tracing.enterSpan("long", () => callee.long(Array.from({ length: 100 }, () => back))),
      await tracing.enterSpan("target", () =>
        callee.target(new Map([["doublers", { all: [new Doubler()] }]])),
      ),
      await tracing.enterSpan("given", async () => {
        using given = await callee.give();
        return (given.get("triple") as Back)(7);
      }),
    ]);
  },
} satisfies ExportedHandler<Env>;

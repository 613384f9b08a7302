// A Worker that instruments itself and has every kind of event, to be run by Vite and by wrangler.
import {
  DurableObject,
  RpcTarget,
  tracing,
  WorkerEntrypoint,
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from "cloudflare:workers";
import { instrument } from "@enterspan/tracing";

interface Env {
  COLLECTOR: string;
  COUNTERS: DurableObjectNamespace<Counter>;
  ROOMS: DurableObjectNamespace<Room>;
  GREETER: Service<Greeter>;
  BARE: Service<Bare>;
  KV: KVNamespace;
  JOBS: Queue;
  FLOW: Workflow;
}

const config = (env: Env) => ({
  serviceName: "served",
  endpoint: env.COLLECTOR,
  // The last is not instrumented.
  propagation: { rpc: ["GREETER", "BARE"] },
});

const inSpan = <T>(name: string, work: () => T): T => tracing.enterSpan(name, work);

class Tool extends RpcTarget {
  double(value: number) {
    return inSpan("double", () => value * 2);
  }
}

class CounterObject extends DurableObject<Env> {
  #count = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    inSpan("construct", () => {});
    state.blockConcurrencyWhile(() =>
      inSpan("load", async () => {
        this.#count = (await state.storage.get("count")) ?? 0;
      }),
    );
  }

  get count() {
    return inSpan("read", () => this.#count);
  }

  async add(by: number) {
    this.#count += by;
    await this.#keep();
    // Called by the object itself, it is no event.
    return this.described();
  }

  #keep() {
    return inSpan("keep", () => this.ctx.storage.put("count", this.#count));
  }

  described() {
    return `counted ${this.#count}`;
  }

  tool() {
    return new Tool();
  }

  async wake() {
    await this.ctx.storage.setAlarm(Date.now());
  }

  override async fetch() {
    return inSpan("answer", () => new Response(this.described()));
  }

  override async alarm() {
    inSpan("wake up", () => {});
  }
}

export const Counter = instrument(CounterObject, config);
export type Counter = CounterObject;

/** Exported as it is, with a method that is there only once an object is made, as libraries put some. */
export class Room extends DurableObject<Env> {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    const { enter } = Room.prototype;
    if (!Object.hasOwn(enter, "isReplaced")) {
      const replaced = Object.assign((name: string) => enter(name), { isReplaced: true });
      Object.defineProperty(Room.prototype, "enter", { value: replaced, configurable: true, writable: true });
    }
  }

  enter(name: string) {
    return inSpan("enter", () => `${name} is in`);
  }
}
instrument(Room, config);

export class Greeter extends WorkerEntrypoint<Env> {
  get language() {
    return "en";
  }

  async greet(name: string) {
    return inSpan("greet", () => this.greeting().replace("you", name));
  }

  greeting() {
    return "hello you";
  }

  async greetBy(how: (name: string) => Promise<string>) {
    return how("ada");
  }

  fail() {
    throw new RangeError("no greeting today");
  }

  override async fetch() {
    return inSpan("answer", () => new Response("hello"));
  }
}
instrument(Greeter, config);

export class Bare extends WorkerEntrypoint {
  echo(value: string) {
    return value;
  }
}

export class Flow extends WorkflowEntrypoint<Env> {
  override async run(_: WorkflowEvent<unknown>, step: WorkflowStep) {
    await step.do("first", async () => inSpan("work", () => 1));
  }
}
instrument(Flow, config);

type Exports = { Greeter: Service<Greeter>; Counter: DurableObjectNamespace<Counter> };

const ACTIONS: Record<string, (env: Env, context: ExecutionContext) => unknown> = {
  kv: ({ KV }) => KV.get("key"),
  "object-fetch": async ({ COUNTERS }) =>
    (await COUNTERS.getByName("fetched").fetch("http://object/")).text(),
  "object-rpc": ({ COUNTERS }) => COUNTERS.getByName("called").add(2),
  "object-property": ({ COUNTERS }) => COUNTERS.getByName("called").count,
  "object-alarm": ({ COUNTERS }) => COUNTERS.getByName("called").wake(),
  "object-target": async ({ COUNTERS }) => {
    using tool = await COUNTERS.getByName("called").tool();
    return tool.double(4);
  },
  "replaced-method": ({ ROOMS }) => ROOMS.getByName("room").enter("ada"),
  "service-fetch": async ({ GREETER }) => (await GREETER.fetch("http://service/")).text(),
  "service-rpc": ({ GREETER }) => GREETER.greet("ada"),
  "service-property": ({ GREETER }) => GREETER.language,
  "service-function": ({ GREETER }) => GREETER.greetBy(async (name) => inSpan("shout", () => `${name}!`)),
  "service-fails": ({ GREETER }) => GREETER.fail(),
  "service-bare": ({ BARE }) => BARE.echo("as it is"),
  "exported-rpc": (_, { exports }) => (exports as unknown as Exports).Greeter.greet("eve"),
  "exported-object": (_, { exports }) => (exports as unknown as Exports).Counter.getByName("exported").add(1),
  queue: ({ JOBS }) => JOBS.send("job").then(() => "sent"),
  workflow: ({ FLOW }) => FLOW.create().then(() => "started"),
};

export default instrument(
  {
    async fetch(request: Request, env: Env, context: ExecutionContext) {
      const action = ACTIONS[new URL(request.url).pathname.slice(1)];
      try {
        return Response.json((await action?.(env, context)) ?? null);
      } catch (error) {
        return new Response(String(error));
      }
    },
    async queue() {
      inSpan("work off", () => {});
    },
  },
  config,
);

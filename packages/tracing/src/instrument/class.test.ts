// Exported classes of every legal form run as they would alone, stay the classes that they are, and what the runtime
// calls on them is traced. What only workerd can show is tested in tests/instrument.test.ts.
import { decodeTracesJson, type Span as WireSpan } from "@enterspan/otlp";
import { describe, expect, it } from "vitest";
import { active, tracing } from "../process.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "../workers/entrypoints.ts";
import { RpcTarget } from "../workers/rpc.ts";
import { ALL } from "./bindings/all.ts";
import { fromOutside } from "./from-outside.fixture.ts";
import { Installation } from "./installation.ts";
import { instrumentWorker } from "./worker.ts";

interface Env {
  GREETING: string;
}

const request = () => new Request("http://worker.test/path");
const env: Env = { GREETING: "hello" };

function setUp() {
  const { runtime, bodies } = testRuntime();
  const installation = new Installation(runtime, runtime.config, ALL);
  const waiting: Promise<unknown>[] = [];
  const makeContext = (id?: string) => ({
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
    blockConcurrencyWhile: async <T>(callback: () => Promise<T>) => callback(),
    ...(id !== undefined && { id }),
  });
  return {
    runtime,
    instrument: <T>(exported: T, exportName?: string) => instrumentWorker(installation, exported, exportName),
    carrying: runtime.carrying,
    makeContext,
    /** The root spans that were sent, each as `name` or `name method`. */
    async roots(): Promise<string[]> {
      for (let i = 0; i < waiting.length; i++) await waiting[i];
      return spansOf(bodies)
        .filter((span) => span.parentSpanId === "")
        .map((span) => [span.name, text(span, "cloudflare.jsrpc.method")].filter(Boolean).join(" "));
    },
    async spans(): Promise<WireSpan[]> {
      for (let i = 0; i < waiting.length; i++) await waiting[i];
      return spansOf(bodies);
    },
  };
}

function spansOf(bodies: { url: string; body: string }[]): WireSpan[] {
  return bodies
    .filter(({ url }) => url.endsWith("/v1/traces"))
    .flatMap(({ body }) => decodeTracesJson(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function text({ attributes }: WireSpan, key: string): string | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value !== undefined && "stringValue" in value ? (value.stringValue as string) : undefined;
}

describe("a class that extends one of the platform's", () => {
  it("stays the same class: identity, name, statics, instanceof, keys, what extends it", () => {
    const { instrument, makeContext } = setUp();
    class Counter extends DurableObject<Env> {
      static limit = 3;
      static #secret = 4;
      static secret = () => this.#secret;
      readonly kept = "kept";
      count(_by: number) {
        return Counter.limit;
      }
    }
    const keys = Object.getOwnPropertyNames(Counter.prototype);
    const Exported = instrument(Counter);
    expect(Exported.prototype).toBe(Counter.prototype);
    expect([Exported.name, Exported.length, Exported.limit, Exported.secret()]).toEqual(["Counter", 0, 3, 4]);
    expect(new Exported(makeContext("1"), env).constructor).toBe(Counter);
    expect(instrument(Counter), "the second time").toBe(Exported);
    class More extends Counter {}
    const more = new More(makeContext("1"), env);
    expect(more).toBeInstanceOf(Counter);
    expect(more).toBeInstanceOf(DurableObject);
    expect(more.constructor).toBe(More);
    expect(Object.keys(more)).toEqual(["ctx", "env", "kept"]);
    expect(Object.getOwnPropertyNames(Counter.prototype)).toEqual(keys);
    expect(Object.keys(Counter.prototype)).toEqual([]);
    expect([Counter.name, Counter.limit, Counter.secret(), Counter.prototype.count.length]).toEqual([
      "Counter",
      3,
      4,
      1,
    ]);
  });

  it("leaves each method what it is, and each prototype what it has, also to those who look", async () => {
    const { instrument, makeContext, roots } = setUp();
    const marked = new WeakSet<object>();
    class Base extends DurableObject<Env> {
      inherited() {}
    }
    class Marked extends Base {
      own() {
        const prototype = Object.getPrototypeOf(this) as object;
        const { inherited } = this;
        this.inherited = () => {};
        return {
          isMarked: marked.has(this.own),
          names: Object.getOwnPropertyNames(prototype),
          own: Object.getOwnPropertyDescriptor(prototype, "own")?.value === Marked.prototype.own,
          isInherited: inherited === Base.prototype.inherited && !Object.hasOwn(prototype, "inherited"),
          assigned: Object.keys(this),
        };
      }
    }
    marked.add(Marked.prototype.own);
    const Exported = instrument(Marked);
    const instance = new Exported(makeContext("1"), env);
    expect(await fromOutside(instance, instance.own)).toEqual({
      isMarked: true,
      names: ["constructor", "own"],
      own: true,
      isInherited: true,
      assigned: ["ctx", "env", "inherited"],
    });
    expect(await roots()).toEqual(["rpc own"]);
  });

  it("has prototypes that are the program's own, also to those who change them by way of an instance", () => {
    const { instrument, makeContext } = setUp();
    class Store extends DurableObject<Env> {
      rows = 2;
      get size() {
        return this.rows;
      }
      get() {}
    }
    instrument(Store);
    const [one, two] = [new Store(makeContext("1"), env), new Store(makeContext("2"), env)];
    const prototype = Object.getPrototypeOf(one) as Record<string, unknown>;
    expect(Object.getPrototypeOf(two)).toBe(prototype);
    expect(one.get).toBe(two.get);
    expect(one.size).toBe(2);
    prototype.added = 1;
    expect((Store.prototype as unknown as typeof prototype).added).toBe(1);
    delete prototype.added;
    expect("added" in two).toBe(false);
  });

  it("may extend one of the program's that is called as the platform's is", async () => {
    const { instrument, makeContext, roots } = setUp();
    const { Own } = {
      Own: class DurableObject_ extends DurableObject<Env> {
        get() {
          return "own";
        }
      },
    };
    Object.defineProperty(Own, "name", { value: "DurableObject" });
    class Store extends Own {}
    instrument(Store);
    const store = new Store(makeContext("1"), env);
    expect(await fromOutside(store, store.get)).toBe("own");
    expect(await roots()).toEqual(["rpc get"]);
    expect(Object.getOwnPropertyNames(Own.prototype)).toEqual(["constructor", "get"]);
  });

  it("is made though we fail", () => {
    const { instrument } = setUp();
    class Made extends DurableObject<Env> {}
    instrument(Made);
    const context = {
      get waitUntil(): never {
        throw new Error("not yet");
      },
    };
    expect(new Made(context as never, env)).toBeInstanceOf(Made);
  });

  it("has an invocation for every event, and none for what it calls itself", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Counter extends DurableObject<Env> {
      fetch(asked: unknown): unknown {
        return typeof asked === "string" ? new Response(asked) : this.fetch(this.env.GREETING);
      }
      alarm(_info: unknown) {
        return this.add(1);
      }
      webSocketMessage() {}
      add(by: number) {
        return this.twice(by);
      }
      twice(by: number) {
        return 2 * by;
      }
    }
    instrument(Counter);
    const counter = new Counter(makeContext("1"), env);
    expect(await ((await counter.fetch(request())) as Response).text()).toBe("hello");
    await counter.alarm({ scheduledTime: 0 });
    await counter.webSocketMessage();
    expect(await fromOutside(counter, counter.add, 2)).toBe(4);
    expect(counter.add(2), "the program's own call").toBe(4);
    expect(await roots()).toEqual(["GET", "alarm", "websocket", "rpc add"]);
  });

  it("has none for what the program calls outside of events: in a constructor, a timer, a listener", async () => {
    const { instrument, makeContext, roots } = setUp();
    const ticked = Promise.withResolvers<number>();
    class Store extends DurableObject {
      rows = this.migrate();
      constructor(ctx: unknown, bindings: Env) {
        super(ctx, bindings);
        const target = new EventTarget();
        target.addEventListener("message", () => {
          this.rows += this.migrate();
        });
        setTimeout(() => {
          target.dispatchEvent(new Event("message"));
          ticked.resolve(this.migrate());
        });
      }
      migrate() {
        return 1;
      }
    }
    instrument(Store);
    const store = new Store(makeContext("1"), env);
    expect(await ticked.promise).toBe(1);
    expect(store.rows).toBe(2);
    expect(await roots()).toEqual([]);
    expect(await fromOutside(store, store.migrate)).toBe(1);
    expect(await roots()).toEqual(["rpc migrate"]);
  });

  it("takes connections, and may have a method of that name that it calls anywhere", async () => {
    const { instrument, makeContext, roots, spans } = setUp();
    class Pool extends DurableObject {
      first = this.connect();
      connect(socket?: object) {
        return socket === undefined ? "to the database" : "from a client";
      }
    }
    class OldPool {
      readonly state: unknown;
      constructor(state: unknown) {
        this.state = state;
      }
      connect(socket?: object) {
        return socket === undefined ? "to the database" : "from a client";
      }
    }
    for (const Class of [Pool, OldPool]) {
      instrument(Class);
      const pool = new Class(makeContext("1"), env);
      expect(pool.connect()).toBe("to the database");
      expect(await fromOutside(pool, pool.connect, {})).toBe("from a client");
    }
    expect(await roots()).toEqual(["connect", "connect"]);
    expect((await spans()).map((span) => text(span, "cloudflare.handler_type"))).toEqual([
      "connect",
      "connect",
    ]);
  });

  it("is asked who calls it without a trace in how the program sees errors", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Quiet extends DurableObject {
      stack() {
        return new Error("here").stack;
      }
    }
    instrument(Quiet);
    const quiet = new Quiet(makeContext("1"), env);
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 7;
    expect(await fromOutside(quiet, quiet.stack)).toMatch(/^Error: here\n +at .*stack/);
    expect(Error.stackTraceLimit).toBe(7);
    Error.stackTraceLimit = stackTraceLimit;
    expect(await roots()).toEqual(["rpc stack"]);
  });

  it("puts the API on the context before the constructor goes on", () => {
    const { instrument, makeContext } = setUp();
    class Early extends DurableObject {
      readonly has: boolean;
      constructor(ctx: ReturnType<typeof makeContext>, bindings: Env) {
        super(ctx, bindings);
        this.has = "tracing" in (this.ctx as object);
      }
    }
    instrument(Early);
    expect(new Early(makeContext("1"), env).has).toBe(true);
  });

  it("may hold its handlers as fields, and private state beside them", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Fields extends WorkerEntrypoint<Env> {
      #calls = 0;
      fetch = async (_request: Request) => new Response(`${this.env.GREETING} ${++this.#calls}`);
      calls() {
        return this.#calls;
      }
    }
    instrument(Fields);
    const entrypoint = new Fields(makeContext(), env);
    expect(await (await entrypoint.fetch(request())).text()).toBe("hello 1");
    expect(await fromOutside(entrypoint, entrypoint.calls)).toBe(1);
    expect(entrypoint).toBeInstanceOf(Fields);
    expect(await roots()).toEqual(["GET", "rpc calls"]);
  });

  it("may assign its handlers in the constructor, bound or not", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Bound extends WorkerEntrypoint<Env> {
      scheduled: () => void;
      constructor(ctx: unknown, bindings: Env) {
        super(ctx, bindings);
        this.fetch = this.fetch.bind(this);
        this.scheduled = () => {};
      }
      async fetch(_request: Request) {
        return new Response(this.env.GREETING);
      }
    }
    instrument(Bound);
    const { fetch } = new Bound(makeContext(), env);
    expect(await (await fetch(request())).text()).toBe("hello");
    new Bound(makeContext(), env).scheduled();
    expect(await roots()).toEqual(["GET", "scheduled"]);
  });

  it("is instrumented once, also where it is reached through one that extends it", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Shared extends DurableObject {
      get() {
        return "shared";
      }
    }
    class One extends Shared {
      override get() {
        return `one ${super.get()}`;
      }
    }
    class Two extends Shared {}
    for (const exported of [One, Two, One]) instrument(exported);
    const one = new One(makeContext("1"), env);
    const two = new Two(makeContext("2"), env);
    expect(await fromOutside(one, one.get)).toBe("one shared");
    expect(await fromOutside(two, two.get)).toBe("shared");
    expect(await roots()).toEqual(["rpc get", "rpc get"]);
  });

  it("says which object and class an event was for", async () => {
    const { instrument, makeContext, spans } = setUp();
    class Named extends DurableObject {
      get() {}
    }
    instrument(Named);
    const named = new Named(makeContext("0123"), env);
    await fromOutside(named, named.get);
    const [root] = await spans();
    const keys = ["cloudflare.entrypoint", "cloudflare.durable_object.id", "cloudflare.execution_model"];
    expect(keys.map((key) => text(root as WireSpan, key))).toEqual(["Named", "0123", "durableObject"]);
  });

  it("goes by the name of its export, where that is known", async () => {
    const { instrument, carrying, makeContext, spans } = setUp();
    class Local extends WorkerEntrypoint<Env> {
      get() {}
    }
    instrument(Local, "Exported");
    instrument(class Other extends WorkerEntrypoint {});
    expect([...carrying.keys()]).toEqual(["Exported", "Other"]);
    const local = new Local(makeContext() as never, env);
    await fromOutside(local, local.get);
    const [root] = await spans();
    expect(text(root as WireSpan, "cloudflare.entrypoint")).toBe("Exported");
  });

  it("has no event of the names that the runtime keeps for itself", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Named extends WorkerEntrypoint<Env> {
      dup() {}
      tailStream() {}
      test() {}
      trace() {}
      other() {}
    }
    instrument(Named);
    const named = new Named(makeContext() as never, env);
    for (const name of ["dup", "tailStream", "test", "trace", "other"] as const) {
      await fromOutside(named, named[name]);
    }
    expect(await roots()).toEqual(["rpc other"]);
  });

  it("that throws, or rejects, does so unchanged, and its spans say it", async () => {
    const { instrument, makeContext, spans } = setUp();
    const error = new RangeError("no more");
    class Failing extends DurableObject {
      now() {
        throw error;
      }
      async later() {
        throw error;
      }
    }
    instrument(Failing);
    const failing = new Failing(makeContext("1"), env);
    await expect(fromOutside(failing, failing.now)).rejects.toBe(error);
    await expect(fromOutside(failing, failing.later)).rejects.toBe(error);
    expect((await spans()).map(({ status, events }) => [status.message, events.length])).toEqual([
      ["no more", 0],
      ["no more", 1],
      ["no more", 0],
      ["no more", 1],
    ]);
  });

  it("is left as it is when it is an RpcTarget", async () => {
    const { instrument, roots } = setUp();
    class Target extends RpcTarget {
      run() {}
    }
    const { run } = Target.prototype;
    expect(instrument(Target)).toBe(Target);
    expect(Target.prototype.run).toBe(run);
    expect(Object.getPrototypeOf(Target)).toBe(RpcTarget);
    const target = new Target();
    await fromOutside(target, target.run);
    expect(await roots()).toEqual([]);
  });

  it("is an event with its steps when it is a workflow, and what a step calls back is in it", async () => {
    const { instrument, makeContext, spans } = setUp();
    const event = { instanceId: "1", workflowName: "flow", payload: 2, timestamp: new Date() };
    class Flow extends WorkflowEntrypoint<Env> {
      async run(given: typeof event, step: Step): Promise<unknown> {
        const doubled = await step.do("double", { timeout: 1 }, async () =>
          tracing.enterSpan("inner", () => this.#double(given.payload)),
        );
        await step.sleep("nap", 1);
        const failed = await step.do("fail", () => Promise.reject(new RangeError("no"))).catch(String);
        return [doubled, failed, Object.keys(step)];
      }
      #double(by: number): number {
        return this.helper(by);
      }
      helper(by: number): number {
        return 2 * by;
      }
    }
    /** What the engine gives, which calls back from nowhere. */
    class Step {
      do<T>(...args: unknown[]): Promise<T> {
        return active.run(undefined as never, () => (args.at(-1) as () => Promise<T>)());
      }
      async sleep(..._args: unknown[]): Promise<void> {}
    }
    const { helper } = Flow.prototype;
    expect(instrument(Flow)).toBe(Flow);
    expect(Flow.prototype.helper).toBe(helper);
    const flow = new Flow(makeContext() as never, env);
    expect(await fromOutside(flow, flow.run, event, new Step())).toEqual([4, "RangeError: no", []]);
    // Only its run is one.
    expect(await fromOutside(flow, flow.helper, 1)).toBe(2);
    const sent = await spans();
    const parent = ({ parentSpanId }: WireSpan) => sent.find(({ spanId }) => spanId === parentSpanId)?.name;
    expect(
      sent.map((span) => [span.name, parent(span), text(span, "cloudflare.workflow.step.name")]),
    ).toEqual([
      ["workflow", undefined, undefined],
      ["workflow_step_do", "workflow", "double"],
      ["inner", "workflow_step_do", undefined],
      ["workflow_step_sleep", "workflow", "nap"],
      ["workflow_step_do", "workflow", "fail"],
    ]);
    expect(sent.map(({ status }) => status.message)).toEqual(["", "", "", "", "no"]);
    expect(text(sent[0] as WireSpan, "cloudflare.execution_model")).toBe("workflow");
    expect(text(sent[0] as WireSpan, "cloudflare.workflow.instance_id")).toBe("1");
  });

  it("is an event as a workflow whose run a proxy around the class calls", async () => {
    const { instrument, makeContext, spans } = setUp();
    class Flow extends WorkflowEntrypoint<Env> {
      async run(): Promise<string> {
        return "done";
      }
    }
    const Wrapped = new Proxy(Flow, {
      construct(target, args, newTarget) {
        const flow = Reflect.construct(target, args, newTarget) as Flow;
        return new Proxy(flow, { get: () => async () => `${await flow.run()} by a proxy` });
      },
    });
    instrument(Wrapped);
    const flow = new Wrapped(makeContext() as never, env);
    expect(await fromOutside(flow, flow.run)).toBe("done by a proxy");
    expect((await spans()).map(({ name }) => name)).toEqual(["workflow"]);
  });

  it("runs as a workflow without what its run is mostly given", async () => {
    const { instrument, makeContext, spans } = setUp();
    class Flow extends WorkflowEntrypoint<Env> {
      async run(): Promise<string> {
        return "done";
      }
    }
    instrument(Flow);
    const flow = new Flow(makeContext() as never, env);
    expect(await fromOutside(flow, flow.run)).toBe("done");
    expect((await spans()).map(({ name }) => name)).toEqual(["workflow"]);
  });
});

describe("a class that extends nothing", () => {
  it("is traced in place where it keeps its state in a field", async () => {
    const { instrument, makeContext, roots } = setUp();
    class Old {
      readonly anyName: unknown;
      readonly env: Env;
      constructor(state: ReturnType<typeof makeContext>, bindings: Env) {
        this.anyName = state;
        this.env = bindings;
      }
      async fetch(_request: Request) {
        return new Response(this.alarm());
      }
      alarm() {
        return this.env.GREETING;
      }
    }
    instrument(Old);
    expect(Object.keys(Old.prototype)).toEqual([]);
    expect(await (await new Old(makeContext("1"), env).fetch(request())).text()).toBe("hello");
    expect(await roots()).toEqual(["GET"]);
  });

  it("is traced, whatever it keeps where, through what is returned, which passes for it", async () => {
    const { instrument, makeContext, roots } = setUp();
    const Old = instrument(
      class Old {
        static limit = 3;
        readonly #env: Env;
        readonly isItself: boolean;
        constructor(_state: unknown, bindings: Env) {
          this.#env = bindings;
          this.isItself = new.target === Old;
        }
        fetch = async (_request: Request) => new Response(this.#env.GREETING);
        async alarm(_info: unknown) {
          return this.#env.GREETING;
        }
      },
    );
    class More extends Old {}
    const old = new Old(makeContext("1"), env);
    expect(await (await old.fetch(request())).text()).toBe("hello");
    expect(await new More(makeContext("2"), env).alarm({ scheduledTime: 0 })).toBe("hello");
    expect([old instanceof Old, old.constructor.name, Old.name, Old.limit]).toEqual([true, "Old", "Old", 3]);
    expect(old.isItself, "new.target").toBe(true);
    expect(instrument(Old)).toBe(Old);
    expect(await roots()).toEqual(["GET", "alarm"]);
  });

  it("is no receiver of events where it has no state", async () => {
    const { instrument, roots } = setUp();
    class Client {
      stub = new Proxy({}, { get: () => () => "whatever it is asked" });
      fetch(_request: Request) {
        return "not an event";
      }
    }
    instrument(Client);
    expect(new Client().fetch(request())).toBe("not an event");
    expect(await roots()).toEqual([]);
  });
});

it("a class that is frozen runs without traces", async () => {
  const { instrument, makeContext, roots } = setUp();
  class Frozen extends WorkerEntrypoint<Env> {
    async fetch(_request: Request) {
      return new Response(this.env.GREETING);
    }
  }
  Object.freeze(Frozen.prototype);
  Object.freeze(Frozen);
  expect(instrument(Frozen)).toBe(Frozen);
  expect(await (await new Frozen(makeContext(), env).fetch(request())).text()).toBe("hello");
  expect(await roots()).toEqual([]);
});

// What an event's env and context lead to is instrumented before the program gets to it, and a configuration that lies in
// an env waits for the first event that brings one.
import { decodeTracesJson } from "@enterspan/otlp";
import { expect, it, vi } from "vitest";
import { type ConfigSource, check } from "../config.ts";
import { active } from "../process.ts";
import { plain, testRuntime } from "../recorder.fixture.ts";
import { Runtime } from "../runtime.ts";
import { INTERNAL, SERVER } from "../span-record.ts";
import { WorkerEntrypoint } from "../workers/entrypoints.ts";
import { ALL } from "./bindings/all.ts";
import { Installation } from "./installation.ts";
import { RPC_METHOD } from "./rpc/path.ts";
import { instrumentWorker } from "./worker.ts";

const CONFIG = { serviceName: "worker", endpoint: "http://collector.test" };

function setUp(source: ConfigSource = CONFIG) {
  const warn = vi.fn();
  const { runtime, bodies } = testRuntime({}, { warn });
  const installation = new Installation(new Runtime(runtime.host, active), check(source), ALL);
  const waiting: Promise<unknown>[] = [];
  return {
    installation,
    warn,
    instrument: <T>(exported: T, name?: string) => instrumentWorker(installation, exported, name),
    context: <T extends object>(more = {} as T) => ({
      waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
      ...more,
    }),
    /** All that have been sent, in the order they were opened in. */
    async spans() {
      for (let i = 0; i < waiting.length; i++) await waiting[i];
      return bodies.flatMap(({ body }) =>
        decodeTracesJson(body).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans),
        ),
      );
    },
  };
}

const request = () => new Request("http://worker.test/");

/** An event is over when its answer has left. */
const read = async (response: Response | Promise<Response>) => (await response).text();

const namesOf = (spans: { name: string }[]) => spans.map(({ name }) => name);

class Fetcher {
  async fetch(_url: string): Promise<Response> {
    return new Response("answered");
  }
}

class DurableObjectNamespace {
  get(_id: string): Fetcher {
    return new Fetcher();
  }
}

it("what a class is bound to is instrumented before its constructor, which may keep what that gives", async () => {
  const { instrument, context, spans } = setUp();
  type Env = { OBJECTS: DurableObjectNamespace };
  class Keeper extends WorkerEntrypoint<Env> {
    readonly #stub: Fetcher;
    constructor(ctx: unknown, env: Env) {
      super(ctx, env);
      this.#stub = env.OBJECTS.get("1");
    }
    fetch(_request: Request) {
      return this.#stub.fetch("http://object/");
    }
  }
  const keeper = new (instrument(Keeper))(context(), { OBJECTS: new DurableObjectNamespace() });
  await read(keeper.fetch(request()));
  expect(namesOf(await spans())).toEqual(["GET", "durable_object_subrequest", "fetch"]);
});

it("what a class that extends nothing is bound to is instrumented by its first event", async () => {
  const { instrument, context, spans } = setUp();
  class Old {
    readonly state: object;
    readonly env: { SERVICE: Fetcher };
    constructor(state: object, env: { SERVICE: Fetcher }) {
      this.state = state;
      this.env = env;
    }
    fetch(_request: Request) {
      return this.env.SERVICE.fetch("http://service/");
    }
  }
  const exported = instrument(Old);
  expect(exported).not.toBe(Old);
  // Made by the class itself, as by one that extends it.
  const old = new Old(context({ id: "1" }), { SERVICE: new Fetcher() });
  await read(old.fetch(request()));
  expect(namesOf(await spans())).toEqual(["GET", "fetch"]);
});

it("a configuration in env waits for the first event that brings an env", async () => {
  const { instrument, context, spans, warn } = setUp((env: { NAME: string }) => ({
    ...CONFIG,
    serviceName: env.NAME,
  }));
  class Old {
    readonly state: object;
    constructor(state: object) {
      this.state = state;
    }
    fetch(_request: Request) {
      return new Response("old");
    }
  }
  instrument(Old);
  const old = new Old(context({ id: "1" }));
  await read(old.fetch(request()));
  const worker = instrument({
    fetch: async (_request: Request, _env: object, _context: object) => new Response(),
  });
  await read(worker.fetch(request(), { NAME: "read" }, context()));
  await read(old.fetch(request()));
  expect(warn).not.toHaveBeenCalled();
  expect(namesOf(await spans())).toEqual(["GET", "GET"]);
});

it("what that configuration says of callers holds for a call that is the first event", async () => {
  const { instrument, context, spans } = setUp(() => ({ ...CONFIG, propagation: { incoming: "continue" } }));
  const worker = instrument({ greet: (name: string) => name }) as unknown as Record<
    string,
    (given: unknown[], env: object, context: object) => unknown
  >;
  const caller = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  expect(worker[RPC_METHOD]?.([`call\n${caller}\n\n`, "greet", "you"], {}, context())).toBe("you");
  const [root, call] = await spans();
  expect(root).toMatchObject({ traceId: "a".repeat(32), parentSpanId: "b".repeat(16), kind: SERVER });
  expect(call).toMatchObject({ name: "jsRpcCall", kind: INTERNAL });
  expect(plain(call?.attributes ?? [])["jsrpc.caller_span_id"]).toBe("b".repeat(16));
});

it("env is not taken for what was sent over RPC: its bindings are instrumented once", async () => {
  const { instrument, context, spans } = setUp();
  class Service extends Fetcher {
    get [Symbol.toStringTag]() {
      return "Fetcher";
    }
  }
  Object.defineProperty(Service, "name", { value: "Fetcher" });
  const worker = instrument({
    async ask(_what: string, env: { SERVICE: Service }, _context: object) {
      await env.SERVICE.fetch("http://service/");
    },
  });
  await worker.ask("it", { SERVICE: new Service() }, context());
  expect(namesOf(await spans())).toEqual(["rpc", "jsRpcCall", "fetch"]);
});

it("a Worker's own exports take the trace's context, the default one too", async () => {
  const { installation, instrument, context } = setUp();
  class Admin extends WorkerEntrypoint {}
  class Main extends WorkerEntrypoint {}
  instrument(Admin, "Admin");
  instrument(Main, "");
  installation.peers.know({ own: { SELF: "default" }, services: [] });
  expect(installation.peers.of("SELF", {}, false)).toEqual({ isInstrumented: true, isOwn: true });

  const of = vi.spyOn(installation.peers, "of");
  const exports = { Admin: Object.create({ constructor: { name: "LoopbackServiceStub" } }) as object };
  installation.instrumentBindings({}, context({ exports }));
  expect(of).toHaveBeenCalledExactlyOnceWith("Admin", exports.Admin, true);
  expect(of.mock.results[0]?.value).toEqual({ isInstrumented: true, isOwn: true });
});

it("a Worker's own namespaces of objects are instrumented, by way of a context", async () => {
  const { instrument, context, spans } = setUp();
  class LoopbackDurableObjectNamespace extends DurableObjectNamespace {}
  const worker = instrument({
    fetch: (_request: Request, _env: object, ctx: { exports: { Objects: DurableObjectNamespace } }) =>
      ctx.exports.Objects.get("1").fetch("http://object/"),
  });
  const exports = { Objects: new LoopbackDurableObjectNamespace() };
  await read(worker.fetch(request(), {}, context({ exports })));
  expect(namesOf(await spans())).toEqual(["GET", "durable_object_subrequest", "fetch"]);
});

it("an env is looked through once, whatever is computed in it", () => {
  let reads = 0;
  const env = {
    get SECRET() {
      reads++;
      return "text";
    },
  };
  const { installation, context } = setUp();
  for (let i = 0; i < 3; i++) installation.instrumentBindings(env, context());
  expect(reads).toBe(1);
});

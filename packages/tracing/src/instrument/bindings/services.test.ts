// Bindings whose service cannot run here are stood in for by classes of the same names and methods, as
// @cloudflare/workers-types declares them. What workerd's own do is compared in conformance/cases/platform.
import { expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentEnv } from "../env.fixture.ts";
import { email } from "./email.ts";

class Refused extends Error {
  override name = "Refused";
}

/** An object of a class of that name, whose methods return their name and arguments, or refuse "bad". */
function standIn(className: string, ...methods: string[]): Record<string, (...args: unknown[]) => unknown> {
  const Class = { [className]: class {} }[className] as new () => never;
  for (const method of methods) {
    Object.defineProperty(Class.prototype, method, {
      configurable: true,
      writable: true,
      value: async function (this: unknown, ...args: unknown[]) {
        if (!(this instanceof Class)) throw new TypeError("Illegal invocation");
        if (args[0] === "bad") throw new Refused("no");
        return [method, ...args];
      },
    });
  }
  return new Class();
}

type Bindings = Record<string, { type: string; resource?: string }>;

function instrumented<T extends object>(env: T, bindings: Bindings = {}): T {
  instrumentEnv(testRuntime({ bindings }).runtime, env);
  return env;
}

const CALLS: [className: string, method: string, span: string, type: string][] = [
  ["Ai", "run", "ai_run", "Ai"],
  ["Ai", "toMarkdown", "ai_toMarkdown", "Ai"],
  ["Pipeline", "send", "pipeline_send", "Pipeline"],
  ["Ratelimit", "limit", "ratelimit_run", "RateLimit"],
  ["SecretsStoreSecret", "get", "secrets_store_get", "SecretsStoreSecret"],
  ...["describe", "query", "queryById", "insert", "upsert", "getByIds", "deleteByIds"].map(
    (method): [string, string, string, string] => [
      "VectorizeIndexImpl",
      method,
      `vectorize_${method}`,
      "Vectorize",
    ],
  ),
];

it.each(CALLS)("%s.%s is the span %s", async (className, method, name, type) => {
  const { BINDING } = instrumented({ BINDING: standIn(className, method) });
  const { root, result } = await record(async () => {
    const given = await BINDING[method]?.("a", 1);
    await Promise.allSettled([BINDING[method]?.("bad")]);
    return given;
  });
  expect(result).toEqual({ status: "fulfilled", value: [method, "a", 1] });
  expect(shape(root)).toEqual(["root", [name], [name]]);
  const told = { "cloudflare.binding.type": type, "cloudflare.binding.name": "BINDING" };
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([
    told,
    { ...told, "error.type": "Refused" },
  ]);
  expect(root?.children.map(({ status }) => status.code)).toEqual([0, 2]);
});

it("says of a data point what is written where, and of one without data that it was", async () => {
  const { DATA } = instrumented(
    { DATA: standIn("AnalyticsEngine", "writeDataPoint") },
    { DATA: { type: "AnalyticsEngine", resource: "measures" } },
  );
  const { root } = await record(async () => {
    await DATA.writeDataPoint?.({ indexes: ["i"], doubles: [1, 2], blobs: ["x"] });
    await DATA.writeDataPoint?.();
  });
  const always = {
    "cloudflare.binding.type": "AnalyticsEngineDataset",
    "cloudflare.binding.name": "DATA",
    "db.system.name": "cloudflare-analytics-engine",
    "db.operation.name": "writeDataPoint",
    "db.namespace": "measures",
  };
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([
    {
      ...always,
      "cloudflare.wae.query.index": "i",
      "cloudflare.wae.query.doubles": 2,
      "cloudflare.wae.query.blobs": 1,
    },
    always,
  ]);
});

it.each<[string, unknown]>([
  ["bytes", new ArrayBuffer(2)],
  ["an object", { a: 1 }],
  ["an object that has no text", Object.create(null)],
  ["a symbol", Symbol("index")],
  ["a number that no attribute holds", 2n ** 80n],
])("a data point with %s for an index takes no span along", async (_what, index) => {
  const { DATA } = instrumented({ DATA: standIn("AnalyticsEngine", "writeDataPoint") });
  const { root } = await record(() => DATA.writeDataPoint?.({ indexes: [index] }));
  expect(shape(root)).toEqual(["root", ["wae_writeDataPoint"]]);
  expect(typeof root?.children[0]?.attributes["cloudflare.wae.query.index"]).toBe("string");
});

class Fetcher {
  readonly asked: string[] = [];
  async fetch(input: RequestInfo | URL): Promise<Response> {
    this.asked.push(String(new Request(input).headers.get("traceparent")));
    return new Response("answered");
  }
}

it("a browser is asked in a span of its own, which holds that of the request", async () => {
  const { BROWSER } = instrumented({ BROWSER: new Fetcher() }, { BROWSER: { type: "BrowserRendering" } });
  const { root } = await record(() => BROWSER.fetch("https://browser.test/v1/acquire"));
  expect(shape(root)).toEqual(["root", ["browser_rendering_fetch", ["fetch"]]]);
  expect(root?.children[0]?.attributes).toEqual({
    "cloudflare.binding.type": "BrowserRendering",
    "cloudflare.binding.name": "BROWSER",
  });
});

it("a Worker that is dispatched is asked in a span, and carries the trace's context", async () => {
  const dispatched = new Fetcher();
  class Namespace {
    get(): Fetcher {
      return dispatched;
    }
  }
  const { DISPATCH } = instrumented(
    { DISPATCH: new Namespace() },
    { DISPATCH: { type: "DispatchNamespace", resource: "production" } },
  );
  const { root, result } = await record(() => DISPATCH.get().fetch("https://tenant.test/"));
  expect(result.status).toBe("fulfilled");
  expect(shape(root)).toEqual(["root", ["wfp_get"], ["fetch"]]);
  expect(root?.children[0]?.attributes).toMatchObject({ "cloudflare.dispatch_namespace": "production" });
  expect(dispatched.asked).toEqual([expect.stringContaining(root?.wire.traceId ?? "no root")]);
});

it("tells of a workflow's instances what is done with them, whichever way they came", async () => {
  const instance = (id: string) => Object.assign(standIn("InstanceImpl", "status", "delete"), { id });
  class WorkflowImpl {
    create = async () => instance("created");
    get = async () => instance("got");
    createBatch = async (options: unknown) =>
      Array.isArray(options) ? [instance("listed")] : { created: [instance("in a batch")], errors: [] };
    deleteBatch = async (ids: string[]) => ({ deleted: ids.map((id) => ({ id })) });
  }
  const { FLOW } = instrumented({ FLOW: new WorkflowImpl() });
  const { root } = await record(async () => {
    const listed = (await FLOW.createBatch([{}])) as ReturnType<typeof instance>[];
    const { created } = (await FLOW.createBatch({ instances: [{}] })) as { created: typeof listed };
    for (const one of [await FLOW.create(), await FLOW.get(), ...listed, ...created]) await one.status?.();
    await created[0]?.delete?.();
    await FLOW.deleteBatch(["a"]);
  });
  const id = "cloudflare.workflow.instance_id";
  expect(root?.children.map(({ name, attributes }) => [name, attributes[id]])).toEqual([
    ["workflow_createBatch", undefined],
    ["workflow_createBatch", undefined],
    ["workflow_create", undefined],
    ["workflow_get", undefined],
    ...["created", "got", "listed", "in a batch"].map((of) => ["workflow_instance_status", of]),
    ["workflow_instance_delete", "in a batch"],
    ["workflow_deleteBatch", undefined],
  ]);
});

it("tells of mail who sends it to whom, however that is written", async () => {
  const { EMAIL } = instrumented({ EMAIL: standIn("SendEmail", "send") });
  const { root } = await record(async () => {
    await EMAIL.send?.({ from: "a@a.test", to: "b@b.test" });
    await EMAIL.send?.({ from: { email: "a@a.test", name: "A" }, to: [{ email: "b@b.test" }, "c@c.test"] });
    await EMAIL.send?.();
  });
  expect(shape(root)).toEqual(["root", ["send_email"], ["send_email"], ["send_email"]]);
  const told = root?.children.map(({ attributes }) => [
    attributes["cloudflare.send_email.from"],
    attributes["cloudflare.send_email.to"],
  ]);
  expect(told).toEqual([
    ["a@a.test", "b@b.test"],
    ["a@a.test", "b@b.test, c@c.test"],
    [undefined, undefined],
  ]);
});

it("leaves what it does not know, what lacks methods, and what cannot be extended as it is", async () => {
  const frozen = Object.freeze(standIn("Ai", "run"));
  const env = { OTHER: standIn("Other", "get"), OLD: standIn("Ai"), FROZEN: frozen };
  const { OTHER, OLD } = instrumented(env);
  expect([Object.getOwnPropertyNames(OTHER), Object.getOwnPropertyNames(OLD)]).toEqual([[], []]);
  const { root, result } = await record(() => frozen.run?.("a"));
  expect(result).toEqual({ status: "fulfilled", value: ["run", "a"] });
  expect(shape(root)).toEqual(["root"]);
});

it("bindings look to the program as they did", async () => {
  const Limit = standIn("Ratelimit", "limit");
  const name = Limit.limit?.name;
  const { LIMIT } = instrumented({ LIMIT: Limit });
  expect(LIMIT).toBe(Limit);
  expect([Object.keys(LIMIT), JSON.stringify(LIMIT), LIMIT.limit?.name]).toEqual([[], "{}", name]);
  const { limit } = LIMIT;
  const { result } = await record(() => limit?.("a"));
  expect((result as PromiseRejectedResult).reason).toEqual(new TypeError("Illegal invocation"));
});

it("a message that is forwarded or answered tells of it, and keeps the properties that it has", async () => {
  const message = {
    from: "a@a.test",
    to: "b@b.test",
    rawSize: 9,
    forward: async (to: string) => ({ messageId: to }),
    reply: async (_reply: unknown) => ({ messageId: "reply" }),
  };
  const keys = Object.keys(message);
  /** As `cloudflare:email` has it: with getters. */
  class EmailMessage {
    get from(): string {
      return "c@b.test";
    }
    get to(): string {
      return "a@a.test";
    }
  }
  const { runtime } = testRuntime();
  email.email?.(runtime, message as never, "", { isInstrumented: false, isOwn: false });
  const { root, result } = await record(async () => [
    await message.forward("c@c.test"),
    await message.reply(new EmailMessage()),
    await message.reply({ from: "d@b.test", text: "hello" }),
  ]);
  expect(result).toMatchObject({ value: [{ messageId: "c@c.test" }, { messageId: "reply" }, {}] });
  expect(Object.keys(message)).toEqual(keys);
  const told = root?.children.map(({ name, attributes }) => [
    name,
    attributes["cloudflare.send_email.from"],
    attributes["cloudflare.send_email.to"],
    attributes["cloudflare.send_email.message.bytes"],
  ]);
  expect(told).toEqual([
    ["forward_email", "a@a.test", "c@c.test", 9],
    ["reply_email", "c@b.test", "a@a.test", undefined],
    ["reply_email", "d@b.test", "a@a.test", undefined],
  ]);
});

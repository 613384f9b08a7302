// Bindings are known by their class's name, instrumented once, and left as they are to those who look at them. What they
// send and answer on workerd is tested in tests/instrument.test.ts and conformance/.
import { decodeTracesJson, type ResourceSpans } from "@enterspan/otlp";
import { expect, it } from "vitest";
import { active } from "../process.ts";
import { formatTraceparent } from "../propagation.ts";
import { plain, record, shape, testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";
import { ALL } from "./bindings/all.ts";
import { instrumentEnv } from "./env.fixture.ts";
import { EnvInstrumentation } from "./env.ts";
import { Peers } from "./rpc/peers.ts";

class Fetcher {
  readonly asked: Request[] = [];
  async fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    this.asked.push(new Request(input, init));
    return new Response("answered");
  }
}

class DurableObject extends Fetcher {
  readonly id: string;
  constructor(id: string) {
    super();
    this.id = id;
  }
}

class DurableObjectNamespace {
  get(id: string): DurableObject {
    return new DurableObject(id);
  }
  getByName(name: string): DurableObject {
    return new DurableObject(`id of ${name}`);
  }
  jurisdiction(_name: string): DurableObjectNamespace {
    return new DurableObjectNamespace();
  }
}

const instrumented = <T extends object>(env: T, exclude: string[] = []): T => {
  const { runtime } = testRuntime({ propagation: { exclude } });
  const bindings = new EnvInstrumentation(runtime, new Peers(runtime), ALL);
  bindings.apply(env);
  bindings.apply({ ...env });
  return env;
};

it("a service's fetch is one span, and carries the trace's context", async () => {
  const { SERVICE } = instrumented({ SERVICE: new Fetcher() });
  const { root } = await record(() => SERVICE.fetch("http://service/path"));
  expect(shape(root)).toEqual(["root", ["fetch"]]);
  const { traceId, spanId } = root?.children[0]?.wire ?? { traceId: "", spanId: "" };
  expect(SERVICE.asked[0]?.headers.get("traceparent")).toBe(formatTraceparent(traceId, spanId, true));
});

it.each<[string, (namespace: DurableObjectNamespace) => DurableObject, string]>([
  ["by id", (namespace) => namespace.get("1"), "1"],
  ["by name", (namespace) => namespace.getByName("one"), "id of one"],
  ["within a jurisdiction", (namespace) => namespace.jurisdiction("eu").get("2"), "2"],
])("an object that is had %s is asked in a span that tells its id", async (_what, get, id) => {
  const { OBJECTS } = instrumented({ OBJECTS: new DurableObjectNamespace() });
  const { root } = await record(() => get(OBJECTS).fetch("http://object/"));
  expect(shape(root)).toEqual(["root", ["durable_object_subrequest", ["fetch"]]]);
  expect(root?.children[0]?.attributes).toEqual({ "cloudflare.durable_object.id": id });
});

it("no context goes where the configuration excludes the target", async () => {
  const { SERVICE } = instrumented({ SERVICE: new Fetcher() }, ["service"]);
  const { root } = await record(() => SERVICE.fetch("http://service/path"));
  expect(shape(root)).toEqual(["root", ["fetch"]]);
  expect(SERVICE.asked[0]?.headers.has("traceparent")).toBe(false);
});

it("a request that the platform refuses is no span, neither of the object nor of the request", async () => {
  const { OBJECTS } = instrumented({ OBJECTS: new DurableObjectNamespace() });
  const { root, result } = await record(() => OBJECTS.get("1").fetch("no URL"));
  expect(shape(root)).toEqual(["root"]);
  expect(result.status).toBe("rejected");
});

it("bindings keep their class, their keys and what is called outside of an invocation", async () => {
  const { SERVICE, OBJECTS } = instrumented({
    SERVICE: new Fetcher(),
    OBJECTS: new DurableObjectNamespace(),
  });
  expect([SERVICE instanceof Fetcher, Object.keys(SERVICE)]).toEqual([true, ["asked"]]);
  expect([OBJECTS.get("1") instanceof DurableObject, Object.keys(OBJECTS)]).toEqual([true, []]);
  expect(active.getStore()).toBeUndefined();
  await SERVICE.fetch("http://service/");
  expect(SERVICE.asked[0]?.headers.has("traceparent")).toBe(false);
});

it("the version that a Worker binds is told of all its spans", async () => {
  const { runtime, bodies } = testRuntime();
  instrumentEnv(runtime, { VERSION: { id: "b5f1", tag: "v12", timestamp: "2026-11-26T00:00:00Z" } });
  const invocation = runtime.begin({ name: "root", kind: SERVER });
  invocation.end("ok");
  await runtime.exporter.export(invocation);
  const [{ resource }] = decodeTracesJson(bodies[0]?.body ?? "").resourceSpans as [ResourceSpans];
  expect(plain(resource?.attributes ?? [])).toMatchObject({
    "cloudflare.script_version.id": "b5f1",
    "faas.version": "v12",
  });
});

// Stubs that nobody has seen made, and are met when they are used. What the runtime's are is compared in conformance/.
import { runInThisContext } from "node:vm";
import { expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { instrumentEnv } from "../env.fixture.ts";
import { missing, RPC_METHOD } from "../rpc/path.ts";
import { Fetcher, LoopbackServiceStub, stubOf } from "../rpc/stub.fixture.ts";

/** What a Worker binds and exports, of which one export takes the trace's context and has the method `greet`. */
function setUp() {
  const { runtime } = testRuntime();
  runtime.carrying.set("Greeter", { greet() {} });
  const env = { SERVICE: stubOf({}, new Fetcher()), Greeter: stubOf({}, new LoopbackServiceStub()) };
  instrumentEnv(runtime, env);
  return env;
}

/** A service that a program has got by a call that nobody has seen. */
function stranger(isInstrumented: boolean) {
  const calls: string[] = [];
  const answer = (name: string) => () => {
    calls.push(name);
    return name;
  };
  const carried = ([, [name]]: [string, [string]]) => {
    calls.push(RPC_METHOD);
    if (!isInstrumented) throw missing(RPC_METHOD);
    return name;
  };
  const target = { greet: answer("greet"), other: answer("other"), [RPC_METHOD]: carried };
  return { calls, stub: stubOf(target, new Fetcher()) };
}

it("a request of one is a span, and carries the trace's context", async () => {
  setUp();
  const { stub } = stranger(true);
  const { root } = await record(() => stub.fetch("http://service/path"));
  expect(shape(root)).toEqual(["root", ["fetch"]]);
  expect(stub.asked[0].headers.get("traceparent")).toContain(root?.children[0]?.wire.spanId);
});

it("a binding that is known is no stranger: its request is one span", async () => {
  const { SERVICE } = setUp();
  const { root } = await record(() => SERVICE.fetch("http://service/path"));
  expect(shape(root)).toEqual(["root", ["fetch"]]);
});

it("calls of one are spans, and carry the context where an export has such a method", async () => {
  setUp();
  const { stub, calls } = stranger(true);
  const { result, root } = await record(async () => [await stub.greet(), await stub.other()]);
  expect(result).toEqual({ status: "fulfilled", value: ["greet", "other"] });
  expect(shape(root)).toEqual(["root", ["jsRpcSession", ["jsRpcCall"]], ["jsRpcSession", ["jsRpcCall"]]]);
  expect(calls).toEqual([RPC_METHOD, "other"]);
});

it("one that leads elsewhere is asked once, and from then on called plainly, and so are all others", async () => {
  setUp();
  const [one, other] = [stranger(false), stranger(true)];
  const { result } = await record(async () => {
    return [await one.stub.greet(), await one.stub.greet(), await other.stub.greet()];
  });
  expect(result).toEqual({ status: "fulfilled", value: ["greet", "greet", "greet"] });
  expect(one.calls).toEqual([RPC_METHOD, "greet", "greet"]);
  expect(other.calls).toEqual(["greet"]);
});

it("those that the runtime's own JavaScript uses are left alone", async () => {
  setUp();
  const { stub } = stranger(true);
  const filename = "cloudflare-internal:d1-api";
  const query = runInThisContext('(async (stub) => (await stub.fetch("http://d1/")).text())', { filename });
  const { result, root } = await record(() => query(stub));
  expect(result).toEqual({ status: "fulfilled", value: "answer" });
  expect(shape(root)).toEqual(["root"]);
});

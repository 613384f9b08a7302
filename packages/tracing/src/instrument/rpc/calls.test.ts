// Calls over RPC as their caller makes them. What the runtime's stubs make of them is compared in conformance/; here is
// what no answer shows: whose spans they are, and what is sent.
import { describe, expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { CLIENT } from "../../span-record.ts";
import { instrumentFetcher } from "../bindings/fetcher.ts";
import { instrumentStub, type Peer } from "./calls.ts";
import { Exchange } from "./exchange.ts";
import { missing, PLAINLY, RPC_METHOD } from "./path.ts";
import { Fetcher, isRuntimes, stubOf } from "./stub.fixture.ts";

type Target = Record<string, unknown>;

const exchange = new Exchange(testRuntime().runtime);

function instrumented(target: Target, peer?: Peer, by = exchange) {
  const stub = stubOf(target);
  instrumentStub(by, stub, { kind: "stub", ...(peer && { peer }) });
  return stub;
}

/** What an instrumented callee has, which notes the contexts that it gets. */
function carrying(target: Target) {
  const contexts: string[] = [];
  const carried = async ([context, name, ...args]: [string, string, ...unknown[]]) => {
    contexts.push(context);
    return (target[name] as (...args: unknown[]) => unknown)(...args);
  };
  return { contexts, target: { ...target, [RPC_METHOD]: carried } };
}

const UNSAMPLED = { traces: { enabled: true, headSamplingRate: 0 } };

describe("a call of a stub", () => {
  it("is a span each time, and gives what the callee gives", async () => {
    const stub = instrumented({ add: (a: number, b: number) => a + b });
    const { result, root } = await record(async () => [await stub.add(1, 2), await stub.add(3, 4)]);
    expect(result).toEqual({ status: "fulfilled", value: [3, 7] });
    expect(shape(root)).toEqual(["root", ["jsRpcCall"], ["jsRpcCall"]]);
    expect(root?.children.map(({ wire }) => wire.kind)).toEqual([CLIENT, CLIENT]);
  });

  it("that is awaited without being made reads the property; asked for nothing, it is not", async () => {
    const stub = instrumented({ answer: 42 });
    const { result, root } = await record(async () => {
      await stub.answer.then();
      return stub.answer;
    });
    expect(result).toEqual({ status: "fulfilled", value: 42 });
    expect(root?.children.map(({ attributes }) => attributes["jsrpc.operation"])).toEqual(["getProperty"]);
  });

  it("sends members of stubs as the runtime has them", async () => {
    const sent: unknown[] = [];
    const stub = instrumented({ take: (...given: unknown[]) => void sent.push(...given), method() {} });
    await record(() => stub.take(stub.method, { inner: [stub.method] }));
    const [plain, { inner }] = sent as [unknown, { inner: unknown[] }];
    expect([plain, ...inner].map(isRuntimes)).toEqual([true, true]);
  });

  it("of what a call has given is part of that call, but in another event of that one", async () => {
    const inner = stubOf({ ask: () => "answer" });
    const outer = instrumented({ open: () => inner });
    const first = await record(async () => {
      await (await outer.open()).ask();
      // The same stub again: it stays with the call that it came by.
      await (await outer.open()).ask();
    });
    expect(shape(first.root)).toEqual(["root", ["jsRpcCall", ["jsRpcCall"], ["jsRpcCall"]], ["jsRpcCall"]]);
    const second = await record(() => inner.ask());
    expect(shape(second.root)).toEqual(["root", ["jsRpcCall"]]);
  });

  it("of what a call is about to give is part of that call too", async () => {
    const outer = instrumented({ open: () => ({ ask: () => "answer" }) });
    const { result, root } = await record(() => outer.open().ask());
    expect(result).toEqual({ status: "fulfilled", value: "answer" });
    expect(shape(root)).toEqual(["root", ["jsRpcCall", ["jsRpcCall"]]]);
  });

  it("may give a service or an object, whose requests are seen", async () => {
    const outer = instrumented({ open: () => ({ inner: new Fetcher() }) });
    const { root } = await record(async () => void (await (await outer.open()).inner.fetch("http://x/")));
    expect(shape(root)).toEqual(["root", ["jsRpcCall"], ["fetch"]]);
  });

  it("of a duplicate is seen too", async () => {
    const inner = stubOf({ ask: () => "answer" });
    const outer = instrumented({ open: () => inner });
    const { root } = await record(async () => (await outer.open()).dup().ask());
    expect(shape(root)).toEqual(["root", ["jsRpcCall", ["jsRpcCall"]]]);
  });
});

it("a stub has what all objects have as its own", () => {
  const stub = instrumented({});
  expect(Reflect.get(stub, "__proto__")).toBe(Object.getPrototypeOf(stub));
});

it("a stub that came by no way that is seen works beside those that did, without spans", async () => {
  instrumented({});
  const stub = stubOf({ ask: () => "answer" });
  const { result, root } = await record(() => stub.ask());
  expect([result, shape(root)]).toEqual([{ status: "fulfilled", value: "answer" }, ["root"]]);
});

describe("what has a class of its own", () => {
  class Binding {
    method(): string {
      return "own";
    }
  }
  class Frozen extends Binding {}
  Object.freeze(Frozen.prototype);
  Object.freeze(Binding.prototype);

  it("has the members that it had, and no more", () => {
    const binding = new (class Old {})();
    instrumentStub(exchange, binding, { kind: "fetcher" });
    expect(["missing" in binding, "toString" in binding, Reflect.get(binding, "missing")]).toEqual([
      false,
      true,
      undefined,
    ]);
  });

  it("stays as it is where it is frozen", () => {
    const binding = new Frozen();
    instrumentStub(exchange, binding, { kind: "fetcher" });
    expect(binding.method()).toBe("own");
  });
});

describe("a call of an instrumented callee", () => {
  const own = (): Peer => ({ isInstrumented: true, isOwn: true });

  it("carries the context, and the decision not to sample", async () => {
    const { contexts, target } = carrying({ add: (a: number, b: number) => a + b });
    const stub = instrumented(target, own());
    const { result, spans } = await record(() => stub.add(1, 2));
    expect(result).toEqual({ status: "fulfilled", value: 3 });
    const [, call] = spans;
    expect(contexts).toEqual([`call\n00-${call?.traceId}-${call?.spanId}-01\n\n\n`]);
    await record(() => stub.add(1, 2), UNSAMPLED);
    expect(contexts[1]).toMatch(/^call\n00-[0-9a-f]{32}-[0-9a-f]{16}-00\n\n\n$/);
  });

  it("tells of services that it gives which of them take the context; of one that nobody has met, that it does", async () => {
    const { contexts, target } = carrying({ take() {} });
    const { runtime } = testRuntime();
    const [plain, taking, unknown] = [new Fetcher(), new Fetcher(), new Fetcher()];
    instrumentFetcher(runtime, plain as never);
    instrumentFetcher(runtime, taking as never, undefined, own());
    await record(() => instrumented(target, own()).take(plain, { taking }, [unknown]));
    expect(contexts[0]).toMatch(/\n011$/);
  });

  it.each([
    { isOwn: false, asked: 1 },
    { isOwn: true, asked: 2 },
  ])(
    "that turns out to be none is made plainly, and asked again only if it is our own: $isOwn",
    async (row) => {
      let asked = 0;
      const target = {
        add: (a: number, b: number) => a + b,
        [RPC_METHOD]() {
          asked++;
          throw missing(RPC_METHOD);
        },
      };
      const stub = instrumented(target, { isInstrumented: true, isOwn: row.isOwn });
      const { result, root } = await record(async () => [await stub.add(1, 2), await stub.add(3, 4)]);
      expect(result).toEqual({ status: "fulfilled", value: [3, 7] });
      expect(shape(root)).toEqual(["root", ["jsRpcCall"], ["jsRpcCall"]]);
      expect(asked).toBe(row.asked);
    },
  );

  it("that turns out to be none is made plainly where nothing is sampled, too", async () => {
    const target = {
      add: (a: number, b: number) => a + b,
      [RPC_METHOD]() {
        throw missing(RPC_METHOD);
      },
    };
    const stub = instrumented(target, { isInstrumented: true, isOwn: false });
    const { result } = await record(() => stub.add(1, 2), UNSAMPLED);
    expect(result).toEqual({ status: "fulfilled", value: 3 });
  });

  it("goes plainly to a stranger whose member is none of ours", async () => {
    const { contexts, target } = carrying({ ours: () => 1, theirs: () => 2 });
    const mayHave = (name: string) => name === "ours";
    const stub = instrumented(target, { isInstrumented: true, isOwn: false, mayHave });
    const { result } = await record(async () => [await stub.theirs(), await stub.ours()]);
    expect(result).toEqual({ status: "fulfilled", value: [2, 1] });
    expect(contexts).toHaveLength(1);
  });

  it("carries nothing where traces are off: that is no decision", async () => {
    const { contexts, target } = carrying({ add: (a: number, b: number) => a + b });
    const off = testRuntime({ traces: { enabled: false } }).runtime;
    const stub = instrumented(target, own(), new Exchange(off));
    const { result } = await record(() => stub.add(1, 2), { traces: { enabled: false } });
    expect([result, contexts]).toEqual([{ status: "fulfilled", value: 3 }, []]);
  });

  it.each([
    ["that is none", missing(RPC_METHOD)],
    ["that leaves it to its runtime", new TypeError(PLAINLY)],
  ])("%s: what the plain call gives is traced", async (_, error) => {
    const target = {
      open: () => stubOf({ ask: () => "answer" }),
      [RPC_METHOD]() {
        throw error;
      },
    };
    const stub = instrumented(target, own());
    const { result, root } = await record(async () => (await stub.open()).ask());
    expect(result).toEqual({ status: "fulfilled", value: "answer" });
    expect(shape(root)).toEqual(["root", ["jsRpcCall", ["jsRpcCall"]]]);
  });

  it("that is refused in the runtime's words does not say that an object has thrown it", async () => {
    const failing = (error: Error) =>
      instrumented(
        {
          [RPC_METHOD]() {
            throw Object.assign(error, { durableObjectId: "0123" });
          },
        },
        own(),
      );
    const thrown = async (error: Error) => {
      const { result } = await record(() => failing(error).nothing());
      return (result as PromiseRejectedResult).reason as Error & { durableObjectId?: string };
    };
    expect((await thrown(missing("nothing"))).durableObjectId).toBeUndefined();
    expect((await thrown(new Error("of the object's own"))).durableObjectId).toBe("0123");
  });
});

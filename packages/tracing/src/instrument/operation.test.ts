// The one wrapper of platform calls: what goes wrong in describing a call is not the program's, and what is not recorded is
// not described. What each operation tells is tested with its binding.
import { expect, it } from "vitest";
import { tracing } from "../process.ts";
import { record, shape, testRuntime } from "../recorder.fixture.ts";
import { SERVER } from "../span-record.ts";
import { annotate, seeResults, traceMethod, traceOperation } from "./operation.ts";

const { runtime } = testRuntime();
const UNSAMPLED = { traces: { enabled: true, headSamplingRate: 0 } };
const fails = (): never => {
  throw new Error("of ours");
};

/** A platform's object, and how often its calls were described. */
function traced(describe: () => void = () => {}) {
  const platform = { call: (n: number) => n + 1 };
  const described: string[] = [];
  traceMethod(runtime, platform, "call", () => {
    described.push("call");
    describe();
    return {
      name: "call",
      attributes() {
        described.push("attributes");
        return { told: true };
      },
    };
  });
  return { platform, described };
}

it("describes a call that is recorded, and one that is not it leaves alone", async () => {
  const { platform, described } = traced();
  expect(platform.call(1)).toBe(2);
  const unsampled = await record(() => platform.call(2), UNSAMPLED);
  expect([unsampled.result, described]).toEqual([{ status: "fulfilled", value: 3 }, []]);
  const { root } = await record(() => platform.call(3));
  expect(root?.children.map(({ attributes }) => attributes)).toEqual([{ told: true }]);
  expect(described).toEqual(["call", "attributes"]);
});

it("makes a call without a span where describing it fails, and one that tells nothing where its attributes do", async () => {
  const { platform } = traced(fails);
  const silent = await record(() => platform.call(1));
  expect([silent.result, silent.root?.children]).toEqual([{ status: "fulfilled", value: 2 }, []]);
  const bare = await record(() => traceOperation(runtime, { name: "bare", attributes: fails }, () => 1));
  expect(bare.result).toEqual({ status: "fulfilled", value: 1 });
  expect(bare.root?.children.map(({ name, attributes }) => [name, attributes])).toEqual([["bare", {}]]);
});

it("gives a result that it fails to look at", () => {
  const platform = { make: () => "made" };
  seeResults(platform, "make", fails);
  expect(platform.make()).toBe("made");
});

it("leaves it to the runtime to say how a call failed that the runtime tells of itself, on the same span", async () => {
  const call = () =>
    tracing.enterSpan("d1_run", (span) => {
      span.setAttribute("error.type", "the runtime's");
      throw new RangeError("failed");
    });
  const { root } = await record(() =>
    traceOperation(runtime, { name: "d1_run", attributes: () => ({}) }, call),
  );
  expect(root?.children.map(({ attributes, children }) => [attributes, children])).toEqual([
    [{ "error.type": "the runtime's" }, []],
  ]);
});

it("asks for no attributes of a root that is not recorded", () => {
  const asked: string[] = [];
  const { root } = testRuntime(UNSAMPLED).runtime.begin({ name: "root", kind: SERVER });
  annotate(root, () => {
    asked.push("asked");
    return {};
  });
  expect(asked).toEqual([]);
});

const error = (property: string, value: unknown) =>
  Object.defineProperty(new Error("x"), property, { value });
const throws = (): never => {
  throw new Error("asked");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

it.each<[string, unknown]>([
  ["a symbol", Symbol("x")],
  ["a number beyond 64 bits", 2n ** 80n],
  ["no number", Number.NaN],
  ["half a character", "\ud800"],
  ["an object without text", Object.create(null)],
  ["a list of what has no text", [Symbol("x"), Object.create(null)]],
  ["a function", () => {}],
  ["bytes", new ArrayBuffer(3)],
  ["no date", new Date(Number.NaN)],
  ["what throws when it is read", new Proxy(new Error("x"), { get: throws, getPrototypeOf: throws })],
  ["what cannot be read any more", revoked()],
  ["an error with an object for its name", error("name", { a: 1 })],
  ["an error with a symbol for its message", error("message", Symbol("x"))],
  ["an error with a number for its stack", error("stack", 5)],
  ["an error with an object for its code", error("code", Object.create(null))],
])("sends spans of calls that are given, give and throw %s", async (_what, value) => {
  const { runtime } = testRuntime();
  const service = {
    give: (given: unknown) => given,
    fail(given: unknown): never {
      throw given;
    },
  };
  for (const method of ["give", "fail"] as const) {
    traceMethod(runtime, service, method, ([given]) => {
      const told = () => ({ given: given as string });
      return { name: method, attributes: told, resultAttributes: told, errorAttributes: told };
    });
  }
  let thrown: unknown;
  const { root } = await record(() => {
    service.give(value);
    try {
      service.fail(value);
    } catch (error) {
      thrown = error;
    }
  });
  expect(shape(root)).toEqual(["root", ["give"], ["fail"]]);
  expect(Object.is(thrown, value)).toBe(true);
});

// The runtime has no span of such a call; ours says which call it was that it refused, of what.
it("shows a call that the platform refuses at once as a failed span", async () => {
  const { runtime } = testRuntime();
  class Service {
    ask() {
      if (!(this instanceof Service)) throw new TypeError("Illegal invocation");
    }
  }
  const service = new Service();
  traceMethod(runtime, service, "ask", () => ({ name: "ask", attributes: () => ({ of: "SERVICE" }) }));
  const { root, result } = await record(() => service.ask.call({} as Service));
  expect(result).toMatchObject({ reason: new TypeError("Illegal invocation") });
  expect(root?.children).toMatchObject([
    { name: "ask", attributes: { of: "SERVICE", "error.type": "TypeError" }, status: { code: 2 } },
  ]);
});

// Whatever a program gives to a platform call, gets from it or throws, its spans are sent.
import { expect, it } from "vitest";
import { record, shape, testRuntime } from "../recorder.fixture.ts";
import { traceMethod } from "./operation.ts";

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

// What comes by our method gets what a plain call would get, and nothing else, in the runtime's words. That callers see the
// same is tested on workerd, in conformance/.
import { describe, expect, it } from "vitest";
import { testRuntime } from "../../recorder.fixture.ts";
import { answerCarried, answerOfHandlers, answerOfInstance, type Deliver } from "./gate.ts";
import { isUncarried, missing, PLAINLY, RPC_METHOD } from "./path.ts";
import { stubOf } from "./stub.fixture.ts";

const PARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
const CALL = `call\n${PARENT}\nk=v\nbag=1`;
const READ = `getProperty\n${PARENT}\n\n`;

/** The platform's, as far as it is known by its name. */
class RpcTarget {}

class Users extends RpcTarget {
  own = () => "own";
  find(id: number) {
    return [this instanceof Users, id];
  }
  get friends() {
    return new Users();
  }
  get later() {
    return Promise.resolve(new Users());
  }
  get count() {
    return 2;
  }
}

const tools = Object.assign((n: number) => n, { more: () => "more" });

class Service {
  own = () => "own";
  #secret = 7;
  method(...args: unknown[]) {
    return [this.#secret, ...args];
  }
  get value() {
    return this.#secret;
  }
  get nothing() {
    return undefined;
  }
  toString() {
    return "a service";
  }
  get users() {
    return new Users();
  }
  get tools() {
    return { tools, plain: { sum: (a: number, b: number) => a + b }, list: [() => 1], none: null };
  }
  fetch() {}
  alarm() {}
  webSocketMessage() {}
}

function ask(given: unknown[], incoming: "continue" | "link" | "ignore" = "continue") {
  const { runtime } = testRuntime({ propagation: { incoming } });
  const delivered: Parameters<Deliver>[] = [];
  const answer = () =>
    answerCarried(runtime, given, answerOfInstance(new Service()), (...delivery) => {
      delivered.push(delivery);
      return delivery[2]();
    });
  return { answer, delivered };
}

describe("a call that brings the context", () => {
  it("is that of the instance's method, an event whose parent is the caller's span", () => {
    const { answer, delivered } = ask([CALL, "method", 1, "two"]);
    expect(answer()).toEqual([7, 1, "two"]);
    const [[name, args, , event]] = delivered as [Parameters<Deliver>];
    expect([name, args]).toEqual(["method", [1, "two"]]);
    const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: true, traceState: "k=v" };
    expect(event).toEqual({ operation: "call", from: { parent, baggage: "bag=1" } });
  });

  it("reads properties", () => {
    expect(ask([READ, "value"]).answer()).toBe(7);
  });

  it("calls what a class has in place of what all objects have", () => {
    expect(ask([CALL, "toString"]).answer()).toBe("a service");
  });

  it("says without arguments that it is there, which is no event", () => {
    const { answer, delivered } = ask([]);
    expect([answer(), delivered]).toEqual([true, []]);
  });

  it.each(["fetch", "alarm", "webSocketMessage", "connect", "dup", "constructor", RPC_METHOD])(
    "does not reach %s",
    (name) => {
      expect(ask([CALL, name]).answer).toThrow(missing(name));
      expect(ask([READ, name]).answer).toThrow(missing(name));
    },
  );

  it.each(["own", "hasOwnProperty", "missing", "nothing", "__defineGetter__", 5, null, Symbol.iterator])(
    "does not reach %s, which is not had over RPC",
    (name) => {
      expect(ask([CALL, name]).answer).toThrow(missing(String(name)));
      expect(ask([READ, name]).answer).toThrow(missing(String(name)));
    },
  );

  it.each([
    ["users.find", 1, [true, 1]],
    ["users.friends.friends.find", 2, [true, 2]],
    ["tools.tools", 3, 3],
    ["tools.tools.more", 4, "more"],
  ])("calls %s", (path, argument, answered) => {
    const { answer, delivered } = ask([CALL, path.split("."), argument]);
    expect(answer()).toEqual(answered);
    expect(delivered[0]?.[0]).toBe(path);
  });

  it("calls members of a stub, which has all of them", async () => {
    class Relay {
      get remote() {
        return stubOf({ ask: (n: number) => n + 1 });
      }
    }
    const { runtime } = testRuntime();
    const answer = answerOfInstance(new Relay());
    const given = [CALL, ["remote", "ask"], 1];
    expect(await answerCarried(runtime, given, answer, (_name, _args, call) => call())).toBe(2);
  });

  it("reads members of members", () => {
    expect(ask([READ, ["users", "count"]]).answer()).toBe(2);
    expect(ask([CALL, ["tools", "plain", "sum"], 1, 2]).answer()).toBe(3);
  });

  // As workerd says it: of what has no members it is the member itself that is missing.
  it.each([
    ["users.own", "own"],
    ["users.missing", "missing"],
    ["users.hasOwnProperty", "hasOwnProperty"],
    ["users.later.find", "later"],
    ["users.fetch", "fetch"],
    ["value.x", "value"],
    ["missing.x", "missing"],
    ["tools.toString", "toString"],
    ["tools.list.map", "list"],
    ["tools.none.x", "none"],
    ["fetch.x", "fetch"],
  ])("does not reach %s", (path, refused) => {
    expect(ask([CALL, path.split(".")]).answer).toThrow(missing(refused));
    expect(ask([READ, path.split(".")]).answer).toThrow(missing(refused));
  });

  it("does not call what is no function, and names the way there", () => {
    expect(ask([CALL, ["users", "count"]]).answer).toThrow(new TypeError('"users.count" is not a function.'));
  });

  it("does not call what is no function", () => {
    expect(ask([CALL, "value"]).answer).toThrow(new TypeError('"value" is not a function.'));
  });

  it.each([["nonsense"], [{}], ["call\nforged\n\n"], ["\n".repeat(99)]])(
    "takes a context that is none, %j, for none",
    (context) => {
      const { answer, delivered } = ask([context, "value"]);
      expect(() => answer()).not.toThrow(/nonsense/);
      expect(delivered[0]?.[3].from).toEqual({});
    },
  );

  it("obeys what the configuration says of callers", () => {
    const { answer, delivered } = ask([CALL, "method"], "ignore");
    answer();
    expect(delivered[0]?.[3].from).toEqual({});
  });
});

describe("a call that brings the context to an object of handlers", () => {
  const given: unknown[] = [];
  const handlers = {
    fetch: () => "a request's",
    none: () => "none",
    greet(name: string, env: unknown, context: unknown) {
      return [this === handlers, name, env, context];
    },
    four: (...[a, b, c, d]: [unknown, unknown, unknown, unknown]) => given.push(a, b, c, d),
    answer: 42,
    tools: { double: (n: number) => 2 * n },
  };
  Object.defineProperty(handlers.four, "length", { value: 4 });
  const { runtime } = testRuntime();
  const answer = (...[context, name, ...args]: unknown[]) =>
    answerCarried(
      runtime,
      [context, name, ...args],
      answerOfHandlers(handlers, "env", "context"),
      (_name, _args, call) => call(),
    );

  it("gets env and the context after what was sent", () => {
    expect(answer(CALL, "greet", "you")).toEqual([true, "you", "env", "context"]);
    expect(answer(CALL, "none", "you")).toBe("none");
    expect(answer(READ, "answer")).toBe(42);
    expect(answer(READ, "greet"), "without a call").toBe(handlers.greet);
  });

  it.each(["missing", "toString", "fetch", RPC_METHOD])("does not reach %s", (name) => {
    expect(() => answer(CALL, name, 1)).toThrow(missing(name));
  });

  it("leaves to the runtime what does not send one argument", () => {
    expect(() => answer(CALL, "greet")).toThrow(PLAINLY);
    expect(() => answer(CALL, "greet", 1, 2)).toThrow(PLAINLY);
    expect(() => answer(CALL, "four", 1)).toThrow(PLAINLY);
    expect(() => answer(CALL, ["tools", "double"], 1), "of a member's member").toThrow(PLAINLY);
    expect(given).toEqual([]);
  });
});

it("tells a callee that has no such method from one that refuses another, or a call", () => {
  const own = new Error(missing(RPC_METHOD).message);
  const errors = [missing(RPC_METHOD), missing("other"), new TypeError(PLAINLY), own, undefined];
  expect(errors.map(isUncarried)).toEqual([true, false, false, false, false]);
});

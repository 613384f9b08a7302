// What classes of Vite's plugin find of an instrumented class. The plugin itself runs in tests/vite.test.ts.
import { afterEach, beforeEach, expect, it } from "vitest";
import { active } from "../process.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { WorkerEntrypoint } from "../workers/entrypoints.ts";
import { ALL } from "./bindings/all.ts";
import { fromOutside } from "./from-outside.fixture.ts";
import { Installation } from "./installation.ts";
import { RPC_METHOD } from "./rpc/path.ts";
import { instrumentWorker } from "./worker.ts";

const FLAG = "__VITE_ENVIRONMENT_RUNNER_IMPORT__";

beforeEach(() => {
  Reflect.set(globalThis, FLAG, () => {});
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, FLAG);
});

function setUp() {
  const { runtime } = testRuntime();
  class Greeter extends WorkerEntrypoint {
    greet(_name: string) {
      return active.getStore() !== undefined;
    }
    get language() {
      return "en";
    }
  }
  const { greet } = Greeter.prototype;
  instrumentWorker(new Installation(runtime, runtime.config, ALL), Greeter);
  return { Greeter, greet, greeter: new Greeter({ waitUntil() {} } as never, {}) };
}

it("a method that is bound from outside is an event when it is called from there, and looks like itself", async () => {
  const { Greeter, greeter } = setUp();
  const bound = Greeter.prototype.greet.bind(greeter);
  expect([bound.name, bound.length]).toEqual(["bound greet", 1]);
  expect(await fromOutside({}, bound, "ada")).toBe(true);
  expect(bound("ada"), "called by the program").toBe(false);
});

it("the class keeps its methods, and its prototype what it has of its own", () => {
  const { Greeter, greet, greeter } = setUp();
  expect(Object.getOwnPropertyDescriptor(Greeter.prototype, "greet")?.value).toBe(greet);
  expect(Object.getOwnPropertyNames(Greeter.prototype)).toEqual(["constructor", "greet", "language"]);
  expect(greeter).toBeInstanceOf(WorkerEntrypoint);
  expect(Object.keys(greet)).toEqual([]);
});

it("only the program's class takes the context over RPC, for the plugin's extend the platform's too", () => {
  const { Greeter } = setUp();
  expect(RPC_METHOD in Greeter.prototype).toBe(true);
  class Plugins extends WorkerEntrypoint {}
  expect(RPC_METHOD in Plugins.prototype).toBe(false);
});

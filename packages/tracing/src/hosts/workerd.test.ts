// What the generated entry of `enterspan dev` exports in the place of a Worker's module. That the isolate's own `tracing`
// becomes ours only workerd can show: conformance/.
import { expect, it } from "vitest";
import { ALL } from "../instrument/bindings/all.ts";
import { Installation } from "../instrument/installation.ts";
import type { Bound } from "../instrument/rpc/peers.ts";
import { testRuntime } from "../recorder.fixture.ts";
import { DurableObject, WorkerEntrypoint } from "../workers/entrypoints.ts";
import { instrumentModule } from "./workerd.ts";

function instrumented(module: Record<string, unknown>, bound?: Bound) {
  const { runtime } = testRuntime();
  const installation = new Installation(runtime, runtime.config, ALL);
  return { installation, exported: instrumentModule(installation, module, bound) };
}

it("classes are instrumented, by the names of their exports; what is no class stays what it is", () => {
  class Local extends WorkerEntrypoint {}
  class Old {
    fetch() {}
  }
  // A function is called without `new`; one that is put in its place would not know.
  function helper() {
    return new.target;
  }
  const table = { a: 1 };
  const { installation, exported } = instrumented({ Exported: Local, Old, helper, table });
  expect(exported).toMatchObject({ Exported: Local, helper, table });
  expect([...installation.runtime.carrying.keys()]).toEqual(["Exported", "default"]);
  // Something stands in for a class that may be that of Durable Objects.
  expect(exported.Old).not.toBe(Old);
  expect((exported.Old as typeof Old).prototype).toBe(Old.prototype);
});

it("a module without a default export has one, that takes the trace's context over RPC", () => {
  const { exported } = instrumented({ Room: class extends DurableObject {} });
  expect(Object.keys(exported.default as object)).toEqual(["enterspan:rpc"]);
});

it("a class as default export goes by its own name, and tells of what it lets out", () => {
  class Main extends WorkerEntrypoint {
    fetch() {}
  }
  const { installation, exported } = instrumented({ default: Main });
  const main = exported.default as typeof Main;
  expect([main.name, main !== Main, main.prototype instanceof Main]).toEqual(["Main", true, true]);
  expect([...installation.runtime.carrying.keys()]).toEqual(["default"]);
});

it("bindings lead where the Wrangler file says", () => {
  const bound: Bound = { own: { SELF: "Exported" }, services: [] };
  const { installation } = instrumented({ Exported: class extends WorkerEntrypoint {} }, bound);
  expect(installation.peers.of("SELF", {}, false)).toEqual({ isInstrumented: true, isOwn: true });
});

// The stand-in for `cloudflare:workers` does what programs see of workerd's, and refuses the rest when it is called.
import type { CloudflareWorkersModule } from "@cloudflare/workers-types";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as workers from "./index.ts";
import { connect } from "./sockets.ts";
import { NonRetryableError } from "./workflows.ts";

/** What `import * as w from "cloudflare:workers"` has on workerd 2026-11-17. */
const EXPORTS = [
  "DurableObject",
  "RpcPromise",
  "RpcProperty",
  "RpcStub",
  "RpcTarget",
  "ServiceStub",
  "WorkerEntrypoint",
  "WorkflowEntrypoint",
  "abortIsolate",
  "cache",
  "env",
  "exports",
  "restore",
  "tracing",
  "waitUntil",
  "withEnv",
  "withEnvAndExports",
  "withExports",
];

it("exports what workerd does, and nothing else", () => {
  expect(Object.keys(workers).sort()).toEqual(EXPORTS);
});

describe("classes", () => {
  const { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } = workers;
  it.each(Object.entries({ DurableObject, WorkerEntrypoint, WorkflowEntrypoint }))(
    "gives %s its context and bindings",
    (name, type) => {
      const Base = type as unknown as new (ctx: object, env: object) => { ctx: object; env: object };
      class Mine extends Base {
        greeting: unknown;
        constructor(ctx: object, env: object) {
          super(ctx, env);
          this.greeting = (this.env as { GREETING: string }).GREETING;
        }
      }
      const ctx = {};
      const env = { GREETING: "hello" };
      const mine = new Mine(ctx, env);
      expect(mine).toBeInstanceOf(Base);
      expect(mine.ctx).toBe(ctx);
      expect(mine.env).toBe(env);
      expect(mine.greeting).toBe("hello");
      expect(Base.name).toBe(name);
    },
  );

  it("makes targets, and leaves stubs to workerd", () => {
    class Target extends workers.RpcTarget {}
    expect(new Target()).toBeInstanceOf(workers.RpcTarget);
    expect({}).not.toBeInstanceOf(workers.RpcStub);
    expect(() => new workers.RpcStub(new Target())).toThrow(
      expect.objectContaining({
        code: "ERR_ONLY_ON_WORKERD",
        message: expect.stringContaining("enterspan dev"),
      }),
    );
    expect(() => new workers.RpcPromise()).toThrow(new TypeError("Illegal constructor"));
    expect(() => new workers.RpcProperty()).toThrow(new TypeError("Illegal constructor"));
    expect(() => new workers.ServiceStub()).toThrow(new TypeError("Illegal constructor"));
  });
});

describe("env", () => {
  const { env, withEnv, withEnvAndExports, withExports } = workers;
  const seen = () => ({ ...env });

  it("is a live object", () => {
    Object.assign(env, { GREETING: "hello" });
    expect(seen()).toEqual({ GREETING: "hello" });
    expect(JSON.stringify(env)).toBe('{"GREETING":"hello"}');
    expect("GREETING" in env).toBe(true);
    Reflect.deleteProperty(env, "GREETING");
    expect(seen()).toEqual({});
  });

  it("is replaced for a callback and all that it starts, and for nothing else", async () => {
    Object.assign(env, { A: 1 });
    const inner = Promise.withResolvers<unknown>();
    const result = withEnv({ B: 2 }, () => {
      setTimeout(() => inner.resolve(seen()));
      return seen();
    });
    expect(result).toEqual({ B: 2 });
    expect(seen()).toEqual({ A: 1 });
    expect(await inner.promise).toEqual({ B: 2 });
    expect(withEnv({ B: 2 }, () => withEnv({ C: 3 }, seen))).toEqual({ C: 3 });
    expect(withEnv(null, seen)).toEqual({ A: 1 });
    withEnv({ B: 2 }, () => Object.assign(env, { D: 4 }));
    expect(seen()).toEqual({ A: 1 });
    Reflect.deleteProperty(env, "A");
  });

  it("gives methods the object that programs see as `this`", () => {
    const replacement = {
      me(this: unknown) {
        return this;
      },
    };
    expect(withEnv(replacement, () => (env as typeof replacement).me())).toBe(env);
  });

  it("goes with exports, alone or together", () => {
    const both = () => [{ ...env }, { ...workers.exports }];
    expect(withExports({ main: 1 }, both)).toEqual([{}, { main: 1 }]);
    expect(withEnvAndExports({ A: 1 }, { main: 1 }, both)).toEqual([{ A: 1 }, { main: 1 }]);
  });

  it("refuses what is no object", () => {
    expect(() => withEnv(1, seen)).toThrow(TypeError);
  });
});

it("says of what needs workerd that it does, when it is called", () => {
  for (const call of [
    () => workers.cache.purge(),
    () => workers.cache.invalidate(),
    () => workers.abortIsolate(),
    () => connect("a:1"),
  ]) {
    expect(call).toThrow(expect.objectContaining({ name: "UnsupportedError", code: "ERR_ONLY_ON_WORKERD" }));
  }
});

it("names errors that end a workflow", () => {
  expect(new NonRetryableError("no")).toMatchObject({ name: "NonRetryableError", message: "no" });
  expect(new NonRetryableError("no", "Mine").name).toBe("Mine");
});

it("is typed as @cloudflare/workers-types declares it", () => {
  type Ours = typeof workers;
  type Theirs = typeof CloudflareWorkersModule;
  type Plain =
    | "tracing"
    | "env"
    | "exports"
    | "cache"
    | "waitUntil"
    | "withEnv"
    | "withExports"
    | "withEnvAndExports";
  expectTypeOf<Pick<Ours, Plain>>().toExtend<Pick<Theirs, Plain>>();
  // Their classes carry brands that no value has; what can be said is that ours are made of the same things.
  type Made<Name extends "WorkerEntrypoint" | "DurableObject" | "WorkflowEntrypoint"> = [
    ConstructorParameters<Theirs[Name]>,
    ConstructorParameters<Ours[Name]>,
  ];
  expectTypeOf<Made<"WorkerEntrypoint">[0]>().toExtend<Made<"WorkerEntrypoint">[1]>();
  expectTypeOf<Made<"DurableObject">[0]>().toExtend<Made<"DurableObject">[1]>();
  expectTypeOf<Made<"WorkflowEntrypoint">[0]>().toExtend<Made<"WorkflowEntrypoint">[1]>();
});

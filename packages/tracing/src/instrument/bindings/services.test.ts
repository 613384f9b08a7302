// Bindings whose service cannot run here are stood in for by classes of the same names and methods, as
// @cloudflare/workers-types declares them. What workerd's own do is compared in conformance/cases/platform.
import { expect, it } from "vitest";
import { record, shape, testRuntime } from "../../recorder.fixture.ts";
import { EnvInstrumentation } from "../env.ts";

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
  new EnvInstrumentation(testRuntime({ bindings }).runtime).apply(env);
  return env;
}

const CALLS: [className: string, method: string, span: string, type: string][] = [
  ["Ai", "run", "ai_run", "Ai"],
  ["Ai", "toMarkdown", "ai_toMarkdown", "Ai"],
  ["Hyperdrive", "connect", "hyperdrive_connect", "Hyperdrive"],
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
    await BINDING[method]?.("bad").catch(() => {});
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

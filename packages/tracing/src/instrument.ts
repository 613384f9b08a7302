// Instruments an isolate or process: once its fetch and its console, and then what the Worker module exports.
import type { ConfigSource } from "./config.ts";
import { type CachePrototype, instrumentCaches } from "./instrument/bindings/cache.ts";
import { instrumentFetch } from "./instrument/bindings/fetch.ts";
import { Installation } from "./instrument/installation.ts";
import { setOwn } from "./instrument/own-property.ts";
import { instrumentWorker } from "./instrument/worker.ts";
import { captureConsole } from "./logs.ts";
import { active, host } from "./process.ts";
import { Runtime } from "./runtime.ts";
import { standIn } from "./stand-in.ts";

/**
 * Returns `worker`, an object of handlers or a class, such that every event is traced: a root span for each, spans for
 * what it calls, its console output attached, all sent to `endpoint` after the response has left. An object is wrapped;
 * a class (a `WorkerEntrypoint` or a `DurableObject`) is instrumented in place and stays the same class to the runtime. For
 * a class of Durable Objects, what is returned is a stand-in that sees its constructor too; to export it is better.
 *
 * An isolate has one configuration: that of the first call. A second call for the same class does nothing.
 *
 * @throws TypeError when the configuration is wrong. One that a function returns cannot stop a request: a mistake in it
 * is printed once, and nothing is traced.
 *
 * @example
 * export default instrument({ fetch: (request) => new Response("hello") }, (env) => ({
 *   serviceName: "greeter",
 *   endpoint: env.OTLP_ENDPOINT,
 *   headers: { authorization: `Bearer ${env.OTLP_TOKEN}` },
 *   traces: { headSamplingRate: 0.1 },
 * }));
 */
export function instrument<T, Env = never>(worker: T, config: ConfigSource<Env>): T {
  return instrumentWorker(installOnce(config), worker);
}

let installed: Installation | undefined;

/** Instruments the global fetch, console and caches. Code that has kept the runtime's own before goes on untraced. */
export function installOnce(config: ConfigSource): Installation {
  if (installed === undefined) {
    installed = new Installation(new Runtime(host, active), config);
    try {
      setOwn(globalThis, "fetch", standIn(instrumentFetch(installed.runtime, globalThis.fetch)));
      captureConsole(globalThis.console, active);
      const { prototype } = (globalThis as { Cache?: { prototype: CachePrototype } }).Cache ?? {};
      if (prototype !== undefined) instrumentCaches(installed.runtime, prototype);
    } catch {
      // Frozen, by a hardened program: what cannot be replaced works as it did, without spans or logs.
    }
  }
  return installed;
}

// Instruments what a Worker module exports, with all instrumentation there is and a configuration that is still to be read.
import { type ConfigSource, check } from "./config.ts";
import { ALL } from "./instrument/bindings/all.ts";
import { installOnce } from "./instrument/install.ts";
import { instrumentWorker } from "./instrument/worker.ts";

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
  return instrumentWorker(
    installOnce(() => check(config), ALL),
    worker,
  );
}

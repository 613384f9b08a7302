// Instruments an isolate or process: once its fetch and its console, and then what the Worker module exports.
import { instrumentFetch } from "./instrument/bindings/fetch.ts";
import { setOwn } from "./instrument/own-property.ts";
import { instrumentWorker } from "./instrument/worker.ts";
import { captureConsole } from "./logs.ts";
import { active, host } from "./process.ts";
import { Runtime, type TracingConfig } from "./runtime.ts";

/**
 * Returns `worker`, an object of handlers or a class that extends `WorkerEntrypoint`, such that every event is traced:
 * a root span for each, spans for what it calls, its console output attached, all sent to `config.endpoint` after the
 * response has left. An isolate has one configuration: that of the first call.
 *
 * @example
 * export default instrument({ fetch: (request) => new Response("hello") }, {
 *   serviceName: "greeter",
 *   traces: { enabled: true, headSamplingRate: 1 },
 *   logs: { enabled: true, headSamplingRate: 1 },
 *   endpoint: "http://127.0.0.1:4318",
 * });
 */
export function instrument<T>(worker: T, config: TracingConfig): T {
  return instrumentWorker(installOnce(config), worker);
}

let installed: Runtime | undefined;

/** Instruments the global fetch and console. Code that has kept the runtime's own before goes on untraced. */
export function installOnce(config: TracingConfig): Runtime {
  if (installed === undefined) {
    installed = new Runtime(host, active, config);
    setOwn(globalThis, "fetch", instrumentFetch(installed, globalThis.fetch));
    captureConsole(globalThis.console, active);
  }
  return installed;
}

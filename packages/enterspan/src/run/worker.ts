// A Worker in this process: its module built, given its bindings, instrumented and evaluated. A process can hold one,
// since `env` of `cloudflare:workers` and what is captured of fetch and the console are the process's.
import "@enterspan/tracing/register";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { instrument, type TracingConfig } from "@enterspan/tracing";
import { env as importedEnv } from "@enterspan/tracing/workers";
import { bindingFacts } from "../bindings.ts";
import { SEND_DELAY_MS, type Telemetry, workDirOf } from "../collector.ts";
import { CliError, stackOf } from "../errors.ts";
import { type Bindings, bindingsOfModule, onlyVars, openBindings, readVars } from "./bindings.ts";
import { bundle } from "./bundle.ts";
import { Entrypoint } from "./entrypoint.ts";
import { adaptGlobals, addGlobals } from "./globals.ts";
import { explainMissingApi, lendOpenTelemetry } from "./otel-api.ts";
import type { RunProject } from "./project.ts";

export interface LoadedWorker {
  entrypoint: Entrypoint;
  bindings: Bindings;
}

/** Told, in words for the terminal, of what the start has been waiting for. */
export type OnDelay = (message: string) => void;

const DELAY_MS = 5_000;

let isTaken = false;

/** `vars` go before the Wrangler file's. @throws CliError for whatever is wrong with the user's modules. */
export async function loadWorker(
  project: RunProject,
  vars: Record<string, string>,
  { collectorUrl, headers, propagation }: Telemetry,
  onDelay: OnDelay,
): Promise<LoadedWorker> {
  if (isTaken)
    throw new CliError("This process runs a Worker already. Start another process for another one.");
  isTaken = true;
  const { name, entry, envModule, file } = project;
  const outDir = join(workDirOf(project.dir), "run", name.replace(/[^\w.-]/g, "_"));
  const modules = await bundle({
    name,
    entries: { worker: entry, ...(envModule !== undefined && { env: envModule }) },
    outDir,
    config: file?.config ?? {},
  });
  // Before any code of the user's is evaluated, so that none has kept what is replaced.
  const config: TracingConfig = {
    serviceName: name,
    endpoint: collectorUrl,
    headers,
    traces: project.traces,
    logs: project.logs,
    bindings: file === undefined ? {} : bindingFacts(file.wrangler.bindingsOf(file.config)),
    propagation,
    inFlight: true,
    sendDelayMs: SEND_DELAY_MS,
    resource: { "process.runtime.name": "nodejs", "process.runtime.version": process.versions.node },
  };
  addGlobals();
  instrument({}, config);
  adaptGlobals();
  lendOpenTelemetry(entry);
  process.setSourceMapsEnabled(true);

  const bindings = await bindingsOf(project, vars, modules.env, onDelay);
  try {
    Object.assign(importedEnv, bindings.env);
    const { default: exported } = await evaluate(modules.worker as string, entry, onDelay);
    return { entrypoint: new Entrypoint(instrument(exported, config), entry), bindings };
  } catch (error) {
    await bindings.dispose();
    throw error;
  }
}

async function bindingsOf(
  { file, envModule }: RunProject,
  vars: Record<string, string>,
  builtEnvModule: string | undefined,
  onDelay: OnDelay,
): Promise<Bindings> {
  if (builtEnvModule !== undefined) {
    const path = envModule as string;
    const { default: exported } = await evaluate(builtEnvModule, path, onDelay);
    const given = bindingsOfModule(exported, { ...(file && readVars(file)), ...vars }, path);
    return told(
      given,
      onDelay,
      `${path} has not given the env yet`,
      "what its function returns has not settled.",
    );
  }
  if (file === undefined) return onlyVars(vars);
  const bindings = await openBindings(file);
  return { ...bindings, env: { ...bindings.env, ...vars } };
}

async function evaluate(path: string, file: string, onDelay: OnDelay): Promise<{ default?: unknown }> {
  const evaluated = import(pathToFileURL(path).href) as Promise<{ default?: unknown }>;
  try {
    return await told(
      evaluated,
      onDelay,
      `${file} has not started yet`,
      "a top-level await has not settled, there or in what it imports.",
    );
  } catch (error) {
    if (error instanceof ReferenceError && error.message === "addEventListener is not defined") {
      throw new CliError(
        `${file} calls addEventListener, which Node has not: service workers do not run on Node. ` +
          "Export the handler in its place: export default { fetch(request, env, ctx) { … } }",
      );
    }
    const missing = explainMissingApi(error, file);
    if (missing !== undefined) throw missing;
    throw new CliError(`${file} failed when it was started:\n\n${stackOf(error)}`);
  }
}

/** `promise`, and a word once it has taken long: nobody sees what does not settle. */
async function told<T>(promise: Promise<T>, onDelay: OnDelay, what: string, why: string): Promise<T> {
  const timer = setTimeout(() => onDelay(`${what}, after ${DELAY_MS / 1_000} seconds: ${why}`), DELAY_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

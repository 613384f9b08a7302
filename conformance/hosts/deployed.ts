// Our product in a Worker that instruments itself, as one that is deployed does: wrapped by `instrument`, bundled, and run
// by Miniflare as it is. Each case has a workerd of its own; the traces are read back from the backend.
import type { Case } from "../case.ts";
import { WORKERD_BY_HAND } from "../traits.ts";
import { awaitTrace, tracesOf } from "./backend.ts";
import type { Host } from "./host.ts";
import { workerOf } from "./miniflare-worker.ts";
import { workerName } from "./project.ts";
import { bundleDeployed, convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "./toolchain.ts";

/** What the async context needs. */
const ASYNC_CONTEXT = "nodejs_als";

export function startDeployed(upstream: string, backend: string): Host {
  return {
    traits: WORKERD_BY_HAND,
    async open(one) {
      const service = `${workerName(one)}-deployed`;
      const options = {
        ...workerOf(one, upstream, await bundleDeployed(entryOf(one, service, backend))),
        compatibilityFlags: [ASYNC_CONTEXT, ...(one.compatibilityFlags ?? [])],
        cf: false,
        log: new Log(LogLevel.NONE),
        handleStructuredLogs() {},
      };
      const miniflare = new Miniflare(convertV4MiniflareOptions(options as never));
      await miniflare.ready;
      const worker = await miniflare.unsafeGetDirectURL(workerName(one));
      return {
        origins: { worker: worker.origin, upstream },
        async schedule(cron, time) {
          const { scheduled } = await miniflare.getWorker(workerName(one));
          return (await scheduled({ cron, scheduledTime: new Date(time) })).outcome;
        },
        finish: () => tracesOf(one, service, backend),
        recorded: (traceId, isWhole) => awaitTrace(backend, traceId, isWhole),
        close: () => miniflare.dispose(),
      };
    },
    async close() {},
  };
}

/** The module that a user would write around theirs: a Durable Object's class is exported as `instrument` returns it. */
function entryOf(one: Case, serviceName: string, endpoint: string): string {
  const { objects = {}, legacyObjects = {}, services = {} } = one.bindings ?? {};
  const objectClasses = [...new Set(Object.values({ ...objects, ...legacyObjects }))];
  const config = {
    serviceName,
    endpoint,
    traces: { enabled: true, headSamplingRate: one.sampled === false ? 0 : 1 },
    logs: { enabled: true, headSamplingRate: 1 },
    // All of them lead to the Worker itself.
    propagation: { rpc: [...Object.keys(objects), ...Object.keys(legacyObjects), ...Object.keys(services)] },
    // What the runtime does not tell of them.
    bindings: {
      DATASET: { resource: "measures" },
      EMAIL: { type: "SendEmail" },
      SECRET: { type: "SecretsStoreSecret" },
      PIPELINE: { type: "Pipeline" },
    },
  };
  return `
    import "@enterspan/tracing/workerd/sockets";
    import { instrument } from "@enterspan/tracing";
    import { WorkerEntrypoint, WorkflowEntrypoint } from "cloudflare:workers";
    import * as worker from ${JSON.stringify(one.worker)};
    const config = ${JSON.stringify(config)};
    for (const exported of Object.values(worker)) {
      const { prototype } = exported;
      if (prototype instanceof WorkerEntrypoint || prototype instanceof WorkflowEntrypoint) instrument(exported, config);
    }
    ${objectClasses.map((name) => `export const ${name} = instrument(worker.${name}, config);`).join("\n")}
    export * from ${JSON.stringify(one.worker)};
    export default instrument(worker.default, config);
  `;
}

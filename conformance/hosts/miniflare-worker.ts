// A case's Worker and its bindings as Miniflare takes them: for the oracle, and for Workers that instrument themselves.
import type { Case } from "../case.ts";
import { platformSettings } from "./platform.ts";
import { COMPATIBILITY_DATE, entrypointOf, queueName, workerName } from "./project.ts";

/** `contents` is the module that it consists of. */
export function workerOf(one: Case, upstream: string, contents: string) {
  const name = workerName(one);
  const queues = Object.entries(one.bindings?.queues ?? {});
  const ids = (bindings: string[] = []) =>
    Object.fromEntries(bindings.map((binding) => [binding, `${name}-${binding}`]));
  return {
    name,
    compatibilityDate: one.compatibilityDate ?? COMPATIBILITY_DATE,
    modules: [{ type: "ESModule" as const, path: `${name}.mjs`, contents }],
    kvNamespaces: ids(one.bindings?.kv),
    d1Databases: ids(one.bindings?.d1),
    r2Buckets: ids(one.bindings?.r2),
    queueProducers: Object.fromEntries(queues.map(([binding]) => [binding, queueName(one, binding)])),
    queueConsumers: Object.fromEntries(
      queues.map(([binding, maxBatchSize]) => [
        queueName(one, binding),
        { maxBatchSize, maxBatchTimeout: 0, maxRetries: 0 },
      ]),
    ),
    durableObjects: {
      ...mapValues(one.bindings?.objects, (className) => ({ className, useSQLite: true })),
      ...mapValues(one.bindings?.legacyObjects, (className) => ({ className })),
    },
    serviceBindings: mapValues(one.bindings?.services, (entrypoint) => ({
      name,
      ...entrypointOf(entrypoint),
    })),
    ...platformSettings("miniflare", one.bindings?.platform),
    bindings: one.bindings?.upstream ? { UPSTREAM: upstream } : {},
    unsafeDirectSockets: [{}],
  };
}

function mapValues<T>(names: Record<string, string> = {}, change: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(names).map(([binding, name]) => [binding, change(name)]));
}

// A case as a user would have it: a folder with a Wrangler file that names the Worker and its bindings.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { platformSettings } from "./platform.ts";

/** The newest behaviour that the installed runtime has, on both hosts. */
export const COMPATIBILITY_DATE = "2026-11-17";

/** A case's name as a Worker's. */
export function workerName({ name }: Case): string {
  return name.replaceAll(/[^a-z0-9]+/g, "-");
}

/** Of the queue that a binding leads to: the oracle has the queues of all cases. */
export function queueName(one: Case, binding: string): string {
  return `${workerName(one)}-${binding.toLowerCase()}`;
}

/** The default export is bound without a name. */
export const entrypointOf = (entrypoint: string) => (entrypoint === "default" ? {} : { entrypoint });

export interface ProjectFolder {
  /** Path of the Wrangler file. */
  config: string;
  remove(): Promise<void>;
}

/** State and generated files of the project lie in its folder too, so nothing is left when it is removed. */
export async function writeProject(one: Case, upstream: string): Promise<ProjectFolder> {
  const folder = await mkdtemp(join(tmpdir(), "enterspan-conformance-"));
  const config = join(folder, "wrangler.json");
  const {
    kv = [],
    d1 = [],
    r2 = [],
    queues = {},
    objects = {},
    legacyObjects = {},
    services = {},
    upstream: fetches = false,
  } = one.bindings ?? {};
  const settings = {
    name: workerName(one),
    main: one.worker,
    compatibility_date: one.compatibilityDate ?? COMPATIBILITY_DATE,
    compatibility_flags: one.compatibilityFlags ?? [],
    kv_namespaces: kv.map((binding) => ({ binding, id: binding.toLowerCase() })),
    d1_databases: d1.map((binding) => ({
      binding,
      database_name: binding,
      database_id: binding.toLowerCase(),
    })),
    r2_buckets: r2.map((binding) => ({ binding, bucket_name: binding.toLowerCase() })),
    queues: {
      producers: Object.keys(queues).map((binding) => ({ binding, queue: queueName(one, binding) })),
      consumers: Object.entries(queues).map(([binding, maxBatchSize]) => ({
        queue: queueName(one, binding),
        max_batch_size: maxBatchSize,
        max_batch_timeout: 0,
        max_retries: 0,
      })),
    },
    durable_objects: {
      bindings: Object.entries({ ...objects, ...legacyObjects }).map(([name, className]) => ({
        name,
        class_name: className,
      })),
    },
    migrations: [
      { tag: "v1", new_sqlite_classes: Object.values(objects), new_classes: Object.values(legacyObjects) },
    ],
    services: Object.entries(services).map(([binding, entrypoint]) => ({
      binding,
      service: workerName(one),
      ...entrypointOf(entrypoint),
    })),
    ...platformSettings("wrangler", one.bindings?.platform),
    vars: fetches ? { UPSTREAM: upstream } : {},
    observability: {
      enabled: true,
      traces: { enabled: true, head_sampling_rate: one.sampled === false ? 0 : 1 },
    },
  };
  await writeFile(config, JSON.stringify(settings, null, 2));
  return { config, remove: () => rm(folder, { recursive: true, force: true }) };
}

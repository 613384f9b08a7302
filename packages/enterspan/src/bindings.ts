// What a Wrangler file says of a Worker's bindings and the tracer, inside the Worker, cannot see: what they are where the
// local stand-ins have no class, what they are bound to, and which of them lead back to the Worker itself.
import type { BindingConfig } from "@enterspan/tracing";
import type { Binding, WranglerConfig } from "./wrangler.ts";

/** The tracer's names of bindings that workerd's local stand-ins have no class for, by Wrangler's. */
const TYPES: Record<string, string> = {
  analytics_engine: "AnalyticsEngine",
  browser: "BrowserRendering",
  dispatch_namespace: "DispatchNamespace",
  pipeline: "Pipeline",
  secrets_store_secret: "SecretsStoreSecret",
  send_email: "SendEmail",
};

/** The tracer's instrumentations that not every Worker needs. */
export type InstrumentationName =
  | "kv"
  | "d1"
  | "r2"
  | "queues"
  | "objectStorage"
  | "email"
  | "services"
  | "workflows";

/** Of them, what Wrangler's types of bindings need. A type that is not here may be any service. */
const INSTRUMENTATIONS: Record<string, InstrumentationName[]> = {
  kv_namespace: ["kv"],
  d1: ["d1"],
  r2_bucket: ["r2"],
  queue: ["queues"],
  durable_object_namespace: ["objectStorage"],
  workflow: ["services", "workflows"],
  // The rest every Worker's entry has, or there is nothing to call.
  send_email: [],
  service: [],
  fetcher: [],
  assets: [],
  plain_text: [],
  secret_text: [],
  json: [],
  version_metadata: [],
};

/**
 * Which of them a Worker needs. Classes of Durable Objects need not be bound: `ctx.exports` leads to them as well. That it
 * handles mail nothing but its code tells.
 */
export function instrumentationsFor(
  { migrations = [], exports = {}, queues = {} }: WranglerConfig,
  declared: Record<string, Binding>,
): InstrumentationName[] {
  const types = Object.values(declared).map(({ type }) => type);
  const names = new Set<InstrumentationName>(types.flatMap((type) => INSTRUMENTATIONS[type] ?? ["services"]));
  if (migrations.length > 0 || Object.keys(exports).length > 0) names.add("objectStorage");
  if (queues.consumers?.length) names.add("queues");
  return [...names.add("email")];
}

export function bindingFacts(declared: Record<string, Binding>): Record<string, BindingConfig> {
  const facts: Record<string, BindingConfig> = {};
  for (const [name, { type, dataset, namespace, bucket_name, queue_name }] of Object.entries(declared)) {
    const hidden = TYPES[type];
    const resource = dataset ?? namespace ?? bucket_name ?? queue_name;
    if (hidden === undefined && resource === undefined) continue;
    facts[name] = { ...(hidden && { type: hidden }), ...(resource && { resource }) };
  }
  return facts;
}

/** Where bindings that are called over RPC lead. */
export interface Bound {
  /** Names of the Worker's own exports, by binding. */
  own: Record<string, string>;
  /** Bindings to other services. */
  services: string[];
}

export function readBound(config: WranglerConfig): Bound {
  const { name, services = [] } = config;
  const own: Bound["own"] = {};
  for (const { binding, service, entrypoint = "default" } of services) {
    if (service === name) own[binding] = entrypoint;
  }
  for (const object of ownObjects(config)) own[object.name] = object.class_name;
  const others = services.filter(({ service }) => service !== name);
  return { own, services: others.map(({ binding }) => binding) };
}

/** Names of the Workers whose Durable Objects are bound, by binding, without the Worker's own. */
export function foreignObjects({ name, durable_objects }: WranglerConfig): Record<string, string> {
  const foreign: Record<string, string> = {};
  for (const { name: binding, script_name = name } of durable_objects?.bindings ?? []) {
    if (script_name !== undefined && script_name !== name) foreign[binding] = script_name;
  }
  return foreign;
}

/** The Worker's own classes of Durable Objects, as far as it binds them and they are exported by a name. */
export function objectClasses(config: WranglerConfig): string[] {
  const names = new Set(ownObjects(config).map(({ class_name }) => class_name));
  return [...names].filter(
    (name) => name !== "default" && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name),
  );
}

/** Bindings to the Worker's own Durable Objects. */
export function ownObjects({ name, durable_objects }: WranglerConfig) {
  return (durable_objects?.bindings ?? []).filter(({ script_name = name }) => script_name === name);
}

// Bindings of which a call is one span and little more: a table of their classes, their methods and what these tell.
// What is asked of Workers AI, Vectorize and their like stays the program's own.
import type { Runtime } from "../../runtime.ts";
import type { AttributeValue } from "../../span-record.ts";
import type { Instrumentations } from "../env.ts";
import type { OperationAttributes } from "../operation.ts";
import { type Methods, traceCall } from "./call.ts";
import { type Fetcher, instrumentFetcher } from "./fetcher.ts";

/** Of what an operation tells beside its binding: from its first argument, and what the binding is bound to. */
type Tell = (given: never, resource: string | undefined) => OperationAttributes;

// What `cloudflare.binding.type` is, how the spans' names begin, or all of one, and the methods.
const ANALYTICS = "AnalyticsEngineDataset wae_ writeDataPoint";
const INSTANCE = "Workflow workflow_instance_ pause resume terminate restart delete status sendEvent";

/** By class. */
const SERVICES: Record<string, string> = {
  Ai: "Ai ai_ run toMarkdown",
  AnalyticsEngine: ANALYTICS,
  // The stand-in of `wrangler dev`.
  LocalAnalyticsEngineDataset: ANALYTICS,
  BrowserRendering: "BrowserRendering browser_rendering_ fetch",
  DispatchNamespace: "DispatchNamespace wfp_ get",
  Pipeline: "Pipeline pipeline_ send",
  Ratelimit: "RateLimit ratelimit_run limit",
  SecretsStoreSecret: "SecretsStoreSecret secrets_store_ get",
  VectorizeIndexImpl: "Vectorize vectorize_ describe query queryById insert upsert getByIds deleteByIds",
  WorkflowImpl: "Workflow workflow_ create createBatch get deleteBatch",
};

const TELL: Record<string, Tell> = {
  wae_writeDataPoint: ({ indexes, doubles, blobs }: DataPoint = {}, resource) => ({
    "db.system.name": "cloudflare-analytics-engine",
    "db.operation.name": "writeDataPoint",
    "db.namespace": resource,
    "cloudflare.wae.query.index": indexes?.[0],
    "cloudflare.wae.query.doubles": doubles?.length,
    "cloudflare.wae.query.blobs": blobs?.length,
  }),
  wfp_get: (_, resource) => ({ "cloudflare.dispatch_namespace": resource }),
};

export const services: Instrumentations = /* @__PURE__ */ Object.fromEntries(
  Object.entries(SERVICES).map(([type, described]) => [
    type,
    (runtime, target: Methods, name) => instrumentService(runtime, target, name, described),
  ]),
);

function instrumentService(runtime: Runtime, target: Methods, name: string, described: string): void {
  const [bindingType, prefix, ...methods] = described.split(" ") as [string, string, ...string[]];
  const common = {
    "cloudflare.binding.type": bindingType,
    "cloudflare.binding.name": name,
    "cloudflare.workflow.instance_id": described === INSTANCE ? (target.id as string) : undefined,
  };
  for (const method of methods) {
    const operation = {
      name: /_$/.test(prefix) ? prefix + method : prefix,
      attributes() {
        return common;
      },
    };
    const tell = TELL[operation.name];
    if (method === "fetch") instrumentFetcher(runtime, target as unknown as Fetcher, operation);
    else {
      traceCall(
        runtime,
        target,
        method,
        {
          ...operation,
          resultAttributes(value) {
            if (prefix === "wfp_") instrumentFetcher(runtime, value as Fetcher);
            if (prefix === "workflow_") {
              const { created = value } = value as { created?: unknown };
              for (const instance of [created].flat())
                instrumentService(runtime, instance as Methods, name, INSTANCE);
            }
            return {};
          },
          // What it gives is a stub, not a promise.
          ...(prefix === "wfp_" && {
            instead(_, call) {
              return call();
            },
          }),
        },
        (given) => tell?.(given, runtime.config.bindings[name]?.resource),
      );
    }
  }
}

interface DataPoint {
  indexes?: AttributeValue[];
  doubles?: unknown[];
  blobs?: unknown[];
}

// Bindings of which a call is one span and little more: a table of their classes, their methods and what these tell.
// What is asked of Workers AI, Vectorize and their like stays the program's own.
import type { Runtime } from "../../runtime.ts";
import type { AttributeValue } from "../../span-record.ts";
import { attempt, type OperationAttributes, traceMethod } from "../operation.ts";
import { type Fetcher, instrumentFetcher } from "./fetcher.ts";

type Methods = Record<string, unknown>;

/** Of what an operation tells beside its binding: from its first argument, what the binding is bound to, and itself. */
type Tell = (given: never, resource: string | undefined, self: never) => OperationAttributes;

const EMAIL = "SendEmail";
const INSTANCE = "WorkflowInstance";
const ANALYTICS = "AnalyticsEngineDataset wae_ writeDataPoint";

/**
 * By class: what `cloudflare.binding.type` is, how the spans' names begin, and the methods, with the rest of the name
 * where it is another.
 */
const SERVICES: Record<string, string> = {
  Ai: "Ai ai_ run toMarkdown",
  AnalyticsEngine: ANALYTICS,
  // The stand-in of `wrangler dev`.
  LocalAnalyticsEngineDataset: ANALYTICS,
  BrowserRendering: "BrowserRendering browser_rendering_ fetch",
  DispatchNamespace: "DispatchNamespace wfp_ get",
  ForwardableEmailMessage: `${EMAIL}  forward:forward_email reply:reply_email`,
  Pipeline: "Pipeline pipeline_ send",
  Ratelimit: "RateLimit ratelimit_ limit:run",
  SecretsStoreSecret: "SecretsStoreSecret secrets_store_ get",
  SendEmail: `${EMAIL} send_ send:email`,
  VectorizeIndexImpl: "Vectorize vectorize_ describe query queryById insert upsert getByIds deleteByIds",
  WorkflowImpl: "Workflow workflow_ create createBatch get",
  WorkflowInstance: "Workflow workflow_instance_ pause resume terminate restart status sendEvent",
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
  send_email: emailAttributes,
  // One that is built, and not written out, goes to the sender.
  reply_email: ({ from, to }: Email, _, message: Email) => emailAttributes({ from, to: to ?? message.from }),
  forward_email: (to: string, _, message: Email) => emailAttributes({ ...message, to }),
};

/** How a binding of a class is instrumented; undefined where the table does not have it. */
export function serviceOf(
  type: string,
  resource?: string,
): ((runtime: Runtime, target: object, name?: string) => void) | undefined {
  const service = SERVICES[type];
  if (service === undefined) return undefined;
  const [bindingType, prefix, ...methods] = service.split(" ") as [string, string, ...string[]];
  return (runtime, target, name) => {
    const common = {
      "cloudflare.binding.type": bindingType,
      "cloudflare.binding.name": name,
      "cloudflare.workflow.instance_id": type === INSTANCE ? (target as { id: string }).id : undefined,
    };
    for (const one of methods) {
      const [method, rest] = one.split(":") as [string, string?];
      const operation = { name: prefix + (rest ?? method), attributes: () => common };
      const tell = TELL[operation.name];
      if (method === "fetch") instrumentFetcher(runtime, target as Fetcher, operation);
      else {
        traceMethod(runtime, target as Methods, method, ([given], self) => ({
          ...operation,
          attributes: () => ({
            ...common,
            ...attempt(() => tell?.(given as never, resource, self as never)),
          }),
          resultAttributes(value) {
            if (prefix === "wfp_") instrumentFetcher(runtime, value as Fetcher);
            if (prefix === "workflow_")
              for (const instance of [value].flat()) serviceOf(INSTANCE)?.(runtime, instance as object, name);
            return {};
          },
          // Locally some are called over RPC, whose promises are no genuine ones.
          instead: (_, call) => {
            const given = call() as object | undefined;
            return prefix !== "wfp_" && given?.constructor?.name === "RpcPromise"
              ? Promise.resolve(given)
              : given;
          },
        }));
      }
    }
  };
}

interface DataPoint {
  indexes?: AttributeValue[];
  doubles?: unknown[];
  blobs?: unknown[];
}

type Address = string | { email: string };

interface Email {
  from?: Address | undefined;
  to?: Address | Address[] | undefined;
  rawSize?: number;
}

function emailAttributes({ from, to, rawSize }: Email): OperationAttributes {
  const text = (addresses: Address | Address[] | undefined) =>
    addresses &&
    [addresses]
      .flat()
      .map((one) => (one as { email: string }).email ?? one)
      .join(", ");
  return {
    "cloudflare.send_email.from": text(from),
    "cloudflare.send_email.to": text(to),
    "cloudflare.send_email.message.bytes": rawSize,
  };
}

// What an event is delivered to, as its root span tells it.
import type { OperationAttributes } from "../operation.ts";

export interface Receiver {
  executionModel: "stateless" | "durableObject" | "workflow";
  /** The class, where it is one. */
  entrypoint?: string;
  /** Of a Durable Object: 64 hex digits. */
  objectId?: string;
}

/** An object of handlers. */
export const HANDLERS_OBJECT: Receiver = { executionModel: "stateless" };

export function receiverAttributes({ executionModel, entrypoint, objectId }: Receiver): OperationAttributes {
  return {
    "cloudflare.execution_model": executionModel,
    "cloudflare.entrypoint": entrypoint,
    "cloudflare.durable_object.id": objectId,
  };
}

// What an event is delivered to, as its root span tells it.
import type { Span } from "../../span.ts";
import { annotate } from "../operation.ts";

export interface Receiver {
  executionModel: "stateless" | "durableObject" | "workflow";
  /** The class, where it is one. */
  entrypoint?: string;
  /** Of a Durable Object: 64 hex digits. */
  objectId?: string;
}

/** An object of handlers. */
export const HANDLERS_OBJECT: Receiver = { executionModel: "stateless" };

/** What all root spans of events tell. */
export function describeRoot(
  root: Span,
  type: string,
  trigger: string,
  { executionModel, entrypoint, objectId }: Receiver,
): void {
  annotate(root, () => ({
    "faas.trigger": trigger,
    "cloudflare.handler_type": type,
    "cloudflare.execution_model": executionModel,
    "cloudflare.entrypoint": entrypoint,
    "cloudflare.durable_object.id": objectId,
  }));
}

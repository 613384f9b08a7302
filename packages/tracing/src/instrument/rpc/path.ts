// How the trace's context crosses a call over RPC, which has no headers: as two names on the way to what is called.
// `stub.method(1)` becomes `stub["enterspan:rpc"][context].method(1)`, which the runtime sends as one call.
import type { PropagationConfig } from "../../config.ts";
import { formatTraceparent, type IncomingContext, incomingContext } from "../../propagation.ts";
import { invocationOf, type Span } from "../../span.ts";

/** The member that instrumented classes have for it. */
export const RPC_MEMBER = "enterspan:rpc";

export type RpcOperation = "call" | "getProperty";

/** Headers cannot hold what separates them here. */
const SEPARATOR = "\n";

export function contextName(span: Span, operation: RpcOperation): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { traceState = "", baggage = "" } = invocationOf(span) ?? {};
  const traceparent = formatTraceparent(traceId, spanId, traceFlags === 1);
  return [operation, traceparent, traceState, baggage, ""].join(SEPARATOR);
}

export function parseContextName(
  name: string,
  incoming: PropagationConfig["incoming"],
): { operation: RpcOperation; from: IncomingContext } {
  const [operation, traceparent, tracestate, baggage] = name.split(SEPARATOR);
  const headers: Record<string, string | undefined> = { traceparent, tracestate, baggage };
  return {
    operation: operation as RpcOperation,
    from: incomingContext({ get: (header) => headers[header] || null }, incoming),
  };
}

/** What the runtime says of a call names the whole way: the error's text as it would be of a plain call. */
export function withoutPath(text: string): string {
  return text.replace(/"enterspan:rpc\..*\n\./s, '"');
}

/** Whether the callee turned out not to be instrumented: it was not called. */
export function isUnknownMember(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.message === `The RPC receiver does not implement the method "${RPC_MEMBER}".`
  );
}

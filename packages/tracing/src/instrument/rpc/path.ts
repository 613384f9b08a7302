// How the trace's context crosses a call over RPC, which has no headers: instrumented classes have one more method, which
// takes the context, the path to the member and its arguments, in a list. `stub.method(1)` becomes
// `stub["enterspan:rpc"]([context, ["method"], 1])`.
import type { PropagationConfig } from "../../config.ts";
import { formatTraceparent, type IncomingContext, incomingContext } from "../../propagation.ts";
import { invocationOf, type Span } from "../../span.ts";

export const RPC_METHOD = "enterspan:rpc";

export type RpcOperation = "call" | "getProperty";

/** Headers cannot hold what separates them here. */
const SEPARATOR = "\n";

/** What is told of services among the arguments goes at the end. */
export function formatContext(span: Span, operation: RpcOperation): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { traceState = "", baggage = "" } = invocationOf(span) ?? {};
  const traceparent = formatTraceparent(traceId, spanId, traceFlags === 1);
  return [operation, traceparent, traceState, baggage, ""].join(SEPARATOR);
}

export function parseContext(
  context: string,
  incoming: PropagationConfig["incoming"],
): { operation: RpcOperation; from: IncomingContext; told: string | undefined } {
  const [operation, traceparent, tracestate, baggage, told] = context.split(SEPARATOR);
  const headers: Record<string, string | undefined> = { traceparent, tracestate, baggage };
  return {
    operation: operation === "call" ? operation : "getProperty",
    from: incomingContext({ get: (header) => headers[header] || null }, incoming),
    told,
  };
}

/** Members that the runtime refuses to call, which are called plainly for it to say so. */
export const RESERVED =
  /^(fetch|connect|alarm|webSocket(Message|Close|Error)|dup|constructor|enterspan:rpc)$/;

/** What the runtime says of a member that is not there. */
export const missing = (name: string): TypeError =>
  new TypeError(`The RPC receiver does not implement the method "${name}".`);

export const notCallable = (name: string): TypeError => new TypeError(`"${name}" is not a function.`);

/** Whether the callee turned out not to be instrumented, in the runtime's words or in Vite's: nothing was called. */
export const isUncarried = (error: unknown): boolean =>
  error instanceof TypeError && error.message.endsWith(` "${RPC_METHOD}".`);

/** What the callee says of a call that its runtime would refuse, for it to be made again plainly. Nothing was called. */
export const PLAINLY = missing(`${RPC_METHOD}:plainly`).message;

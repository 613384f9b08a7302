// Words for a call over RPC that fails: on the caller's side, and on that of a method that throws.
import type { SpanDeviation } from "./case.ts";
import { type Escaped, fails, passes } from "./escape.ts";
import { INVOCATION } from "./tree.ts";

/** Of the only call in the span `within`. */
export function failsCall(within: string, method: string, error: Escaped): SpanDeviation[] {
  const { type, message } = error;
  return [
    { ...passes(`${within} > jsRpcSession`, message), attributes: { "error.type": type } },
    { ...fails("jsRpcSession > jsRpcCall", error), where: { "jsrpc.method": method } },
  ];
}

/** Of the method's own invocation. */
export function failsCallee(method: string, error: Escaped): SpanDeviation[] {
  const where = { "jsrpc.method": method };
  const outcome = { "cloudflare.outcome": "exception" };
  return [
    { ...fails(`${INVOCATION} > jsRpcCall`, error), where },
    { ...passes(`jsRpcCall > ${INVOCATION}`, error.message), where, attributes: outcome },
  ];
}

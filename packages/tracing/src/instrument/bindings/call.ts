// Calls of services that run elsewhere. Locally some are made over RPC, whose promises are no genuine ones.
import { attempt } from "../../attempt.ts";
import type { Runtime } from "../../runtime.ts";
import { type Operation, type OperationAttributes, type PlainOperation, traceMethod } from "../operation.ts";

export type Methods = Record<string, unknown>;

/** As `traceMethod`. `tell` gets what the call gets first, and the target: what fails in it tells nothing. */
export function traceCall(
  runtime: Runtime,
  target: Methods,
  method: string,
  operation: PlainOperation & Pick<Operation<unknown>, "resultAttributes" | "instead">,
  tell?: (given: never, self: never) => OperationAttributes | undefined,
): void {
  traceMethod(runtime, target, method, ([given], self) => ({
    instead(_, call) {
      const answer = call() as object | undefined;
      return answer?.constructor?.name === "RpcPromise" ? Promise.resolve(answer) : answer;
    },
    ...operation,
    attributes() {
      return {
        ...operation.attributes(),
        ...attempt(() => tell?.(given as never, self as never)),
      };
    },
  }));
}

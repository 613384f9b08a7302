// The stand-in for the module `cloudflare:workers` on runtimes that have none: Node, Bun, Deno. Exports what workerd's
// does; what needs workerd throws an UnsupportedError, and only when it is called.
import { unsupported } from "./unsupported.ts";

export { waitUntil } from "../instrument/handlers/context.ts";
export { tracing } from "../process.ts";
export { DurableObject, WorkerEntrypoint, WorkflowEntrypoint } from "./entrypoints.ts";
export { env, exports, withEnv, withEnvAndExports, withExports } from "./environment.ts";
export { RpcPromise, RpcProperty, RpcStub, RpcTarget, ServiceStub } from "./rpc.ts";

const refuseCache = (name: string) => (): never => {
  throw unsupported(
    `cache.${name}()`,
    "The cache is Cloudflare's own.",
    "Call it only where the Worker is deployed.",
  );
};

/** Both: @throws UnsupportedError always. */
export const cache: { purge(): never; invalidate(): never } = {
  purge: refuseCache("purge"),
  invalidate: refuseCache("invalidate"),
};

/** @throws UnsupportedError always. */
export function abortIsolate(_reason?: unknown): never {
  throw unsupported(
    "abortIsolate()",
    "Here the Worker shares its isolate with the program that serves it.",
    "Call process.exit() if the whole process is to end.",
  );
}

/** The name of the method by which an entrypoint gives back what it has persisted. Nothing here calls it. */
export const restore: unique symbol = Symbol("restore");

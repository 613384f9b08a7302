// What a program gets for `cloudflare:workers` where an alias leads here: the runtime's own module, with a `waitUntil` that
// holds open the invocation too. That one is bound when the module is evaluated, and nothing but its importers can see it
// called. The runtime's own is had by a name that no alias knows: newer module registries read it as a URL, whose query
// means nothing, older ones as a path.
import { RpcStub as OwnRpcStub, waitUntil as ownWaitUntil } from "cloudflare:workers?/../cloudflare:workers";
import { extending } from "../instrument/handlers/context.ts";
import { seeStubs } from "../instrument/rpc/own-stubs.ts";
import { lookLike } from "../stand-in.ts";

export * from "cloudflare:workers?/../cloudflare:workers";
// What a bundler does not know by name it looks up with each use.
export { env, tracing } from "cloudflare:workers?/../cloudflare:workers";

export const RpcStub = /* @__PURE__ */ seeStubs(OwnRpcStub);
export const waitUntil = lookLike(extending(ownWaitUntil), ownWaitUntil);

// The part of workerd's modules that adapters import. Programs have the rest from @cloudflare/workers-types.
declare module "cloudflare:sockets" {
  export function connect(address: unknown, options?: unknown): never;
}

declare module "cloudflare:workers?/../cloudflare:workers" {
  export const env: object;
  export const tracing: object;
  export const RpcStub: new (target: never) => object;
  export function waitUntil(promise: Promise<unknown>): void;
}

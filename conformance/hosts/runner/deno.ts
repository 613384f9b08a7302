// The HTTP server of the runner on Deno.
import type { Handle, Server } from "./worker.ts";

/** The part of Deno's own API that is used; its types would replace Node's. */
declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen(): void },
    handle: Handle,
  ): { addr: { port: number }; shutdown(): Promise<void> };
};

export async function serve(handle: Handle): Promise<Server> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handle);
  return { port: server.addr.port, stop: () => server.shutdown() };
}

// The HTTP server of the runner on Bun.
import type { Handle, Server } from "./worker.ts";

/** The part of Bun's own API that is used; its types would replace Node's. */
declare const Bun: {
  serve(options: { port: number; hostname: string; fetch: Handle }): {
    port: number;
    stop(): Promise<void>;
  };
};

export async function serve(handle: Handle): Promise<Server> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: handle });
  return { port: server.port, stop: () => server.stop() };
}

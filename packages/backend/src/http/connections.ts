// Limits of connections, for HTTP and HTTP/2 alike: how many there may be, of one address too, and how long one may keep us
// waiting. A peer that opens many and sends a byte a minute takes neither memory nor anybody's place.

import type { ServerOptions } from "node:http";
import type { Server, Socket } from "node:net";
import type { Limits } from "./limits.ts";
import { peerOf } from "./peers.ts";

/** How often Node looks for requests that take too long. */
const CHECK_MS = 1_000;

/** Longer than clients keep idle connections, so that they close them and never meet one that we are just closing. */
const KEEP_ALIVE_MS = 15_000;

/** Names and values, the path among them. */
const HEADER_BYTES = 16_384;
const HEADERS = 100;

export const serverOptions = ({ headersMs, requestMs }: Limits): ServerOptions => ({
  headersTimeout: Math.min(headersMs, requestMs),
  requestTimeout: requestMs,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: Math.min(CHECK_MS, headersMs),
  maxHeaderSize: HEADER_BYTES,
});

/** Call before the server listens. Returns how to end all that is connected, whatever it has become since. */
export function limitConnections(
  server: Server & { maxHeadersCount?: number | null },
  limits: Limits,
): () => void {
  const open = new Map<string, number>();
  const sockets = new Set<Socket>();
  server.maxConnections = limits.connections;
  server.maxHeadersCount = HEADERS;
  server.on("connection", (socket: Socket) => {
    const peer = peerOf(socket.remoteAddress);
    const count = (open.get(peer) ?? 0) + 1;
    open.set(peer, count);
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      const left = (open.get(peer) ?? 1) - 1;
      if (left > 0) open.set(peer, left);
      else open.delete(peer);
    });
    if (count > limits.connectionsPerPeer) socket.destroy();
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

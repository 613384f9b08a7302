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
  const stalled = new Stalled(limits.silenceMs);
  const looking = setInterval(() => {
    for (const socket of sockets) if (stalled.has(socket)) socket.destroy();
  }, limits.silenceMs / 4);
  looking.unref();
  server.once("close", () => clearInterval(looking));
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

/** Tells who does not take what is written: bytes that they send meanwhile keep them from counting as silent. */
class Stalled {
  readonly #forMs: number;
  readonly #seen = new WeakMap<Socket, { written: number; waiting: number; sinceMs: number }>();

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  has(socket: Socket): boolean {
    const { bytesWritten: written, writableLength: waiting } = socket;
    const before = this.#seen.get(socket);
    if (before && waiting > 0 && before.written === written && before.waiting === waiting) {
      return performance.now() - before.sinceMs >= this.#forMs;
    }
    this.#seen.set(socket, { written, waiting, sinceMs: performance.now() });
    return false;
  }
}

// Answers that nobody takes stay in memory until their connection has been silent for too long. All together may be only
// so large: requests sent ahead, a thousand in one packet, would otherwise ask for gigabytes.

import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Ends the connections that keep most waiting, until what waits is no more than `limitBytes`. */
export function cutOffUnread(responses: Iterable<ServerResponse>, limitBytes: number): void {
  const waiting = new Map<Socket, number>();
  for (const response of responses) {
    const { socket } = response.req;
    // Of a connection's responses one writes to the socket; the others hold what they have.
    const own = response.socket === null ? response.writableLength : 0;
    waiting.set(socket, (waiting.get(socket) ?? socket.writableLength) + own);
  }
  let bytes = 0;
  for (const length of waiting.values()) bytes += length;
  if (bytes <= limitBytes) return;
  for (const [socket, length] of [...waiting].sort(([, a], [, b]) => b - a)) {
    socket.destroy();
    bytes -= length;
    if (bytes <= limitBytes) return;
  }
}

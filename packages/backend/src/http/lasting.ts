// Answers that go on after the question: streams, exports, the WebSockets of live tails. Whoever asked was permitted then;
// they end when the token is revoked or the session is over, not when their client likes.

import type { IncomingMessage } from "node:http";
import type { EventEmitter } from "node:stream";

/** How often a token is looked at again; as soon as a new request would learn of it. */
const LOOK_MS = 1_000;

const LASTING = /^\/api\/(live|export)$|\/telemetry\/live-tail\/[^/]+$/;

export const isLasting = (path: string): boolean => LASTING.test(path);

/** Cuts the connection off once it is no longer permitted, until `answer` closes. */
export function watchPermission(
  { socket }: IncomingMessage,
  answer: EventEmitter,
  isPermitted: () => boolean,
): void {
  const looking = setInterval(() => {
    if (!isPermitted()) socket.destroy();
  }, LOOK_MS);
  looking.unref();
  answer.once("close", () => clearInterval(looking));
}

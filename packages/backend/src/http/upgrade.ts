// WebSockets. A request to upgrade goes through the whole app first, so that its guards hold for it as for any other; the
// route of a live tail answers 426, which here means yes.

import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { type WebSocket, WebSocketServer } from "ws";
import type { LiveTails } from "../query/live-tail.ts";

/** Clients have nothing to say on a tail. */
const MAX_INCOMING_BYTES = 1024;

/** How long a client may take to answer a close before it is cut off. */
const CLOSE_GRACE_MS = 1000;

const YES = 426;

export const isWebSocketUpgrade = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === "websocket";

/** Returns how to cut off WebSockets that do not answer their close in time. */
export function acceptUpgrades(
  server: Server,
  app: Hono<{ Bindings: HttpBindings }>,
  tails: LiveTails,
  onFault: (error: unknown) => void,
): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING_BYTES });
  server.on("upgrade", async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A client that goes away is no fault, at whatever moment it does.
    socket.on("error", () => {});
    try {
      const answer = isWebSocketUpgrade(request) ? await answerTo(request, app) : otherProtocol();
      if (answer.ok) {
        // It may be a stream without end.
        await answer.body?.cancel();
        return refuse(socket, 400, `There is no WebSocket at ${pathOf(request)}.`);
      }
      if (answer.status !== YES) return refuse(socket, answer.status, await answer.text());
      const id = pathOf(request).split("/").at(-1) as string;
      sockets.handleUpgrade(request, socket, head, (webSocket) => attach(webSocket, id, tails));
    } catch (error) {
      socket.destroy();
      onFault(error);
    }
  });
  return () => cutOff(sockets);
}

/** Newer versions of Node never bring such a request here, see `shouldUpgradeCallback`. */
const otherProtocol = () =>
  new Response("Only WebSockets are upgraded to; send the request without Upgrade.", { status: 400 });

const pathOf = ({ url = "/" }: IncomingMessage): string => url.split("?", 1)[0] as string;

async function answerTo(request: IncomingMessage, app: Hono<{ Bindings: HttpBindings }>): Promise<Response> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const url = URL.parse(`http://${request.headers.host}${request.url}`);
  if (!url) return new Response("The request's Host or path is malformed.", { status: 400 });
  const { method = "GET" } = request;
  // The only bindings that a route without a body looks at.
  return app.fetch(new Request(url, { method, headers }), { incoming: request } as HttpBindings);
}

function refuse(socket: Duplex, status: number, body: string): void {
  const type = body.startsWith("{") ? "application/json" : "text/plain";
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "connection: close",
    `content-type: ${type}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function attach(webSocket: WebSocket, id: string, tails: LiveTails): void {
  // What a client sends against the protocol closes its socket; that is its own matter.
  webSocket.on("error", () => {});
  webSocket.on("close", () => tails.leave(id, webSocket));
  tails.connect(id, webSocket);
}

async function cutOff(sockets: WebSocketServer): Promise<void> {
  const open = [...sockets.clients];
  if (open.length === 0) return;
  const closed = Promise.all(open.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  const timer = setTimeout(() => {
    for (const socket of open) socket.terminate();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(timer);
}

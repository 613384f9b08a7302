// Node's incoming message as a genuine `Request`: one that `fetch` and `new Request` take. Its body is read from the
// socket as the program reads it.
import type { IncomingMessage } from "node:http";
import { isHopByHop } from "./headers.ts";

/** @throws TypeError where the web has no such request: a malformed host or target, a method like TRACE. */
export function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET" } = message;
  const init: RequestInit & { duplex?: "half" } = {
    method,
    headers: headersOf(message),
    signal,
    redirect: "manual",
  };
  if (method !== "GET" && method !== "HEAD") {
    init.body = isEmpty(message) ? new Uint8Array(0) : bodyOf(message);
    init.duplex = "half";
  }
  return new Request(urlOf(message), init);
}

/** The client's address, IPv4 as such where the socket is of both kinds. */
export const clientAddress = ({ socket }: IncomingMessage): string =>
  (socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");

export const isLoopback = (address: string): boolean => /^127(\.\d{1,3}){3}$|^::1$/.test(address);

function urlOf({ url = "/", headers, socket }: IncomingMessage): string {
  // A proxy's client sends the whole URL.
  if (/^https?:\/\//i.test(url)) return url;
  const host = headers.host ?? `${socket.localAddress}:${socket.localPort}`;
  return `http://${host}${url.startsWith("/") ? "" : "/"}${url}`;
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  const { rawHeaders } = message;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase();
    const value = rawHeaders[i + 1] as string;
    if (!isHopByHop(name, message.headers.connection) || isWebSocket(name, value))
      headers.append(name, value);
  }
  // As Cloudflare, say who the client is, and let none from afar say it of itself; a proxy on this machine may.
  const address = clientAddress(message);
  if (!isLoopback(address) || !headers.has("cf-connecting-ip")) headers.set("cf-connecting-ip", address);
  return headers;
}

/** Programs ask for this one; that there can be no WebSocket here they learn where they make one. */
const isWebSocket = (name: string, value: string): boolean =>
  name === "upgrade" && value.toLowerCase() === "websocket";

const isEmpty = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0;

/** Reads a chunk when one is asked for, so that an upload waits in the client while the program does something else. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = message.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const { done, value } = await chunks.next();
      // Taken away from its owner, which is nobody else: Node gives each chunk a buffer of its own.
      if (!done) controller.enqueue(value as Uint8Array<ArrayBuffer>);
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

// The server that cases fetch from: it echoes what it is asked, or behaves as badly as the path says.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Upstream {
  origin: string;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * `/status/404` answers so; `/chunked` without a length, its second half after 30 ms; `/slow` after 30 ms;
 * `/redirect` to `/landed`; `/reset` not at all; `/json` with the body asked for; `/header/<name>` with that header,
 * filled up to 64 bytes; all else with method, path and body.
 */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request);
  const url = new URL(request.url ?? "/", "http://upstream");
  const [, route, argument] = url.pathname.split("/");
  if (route === "reset") return void request.socket.destroy();
  if (route === "redirect") return void response.writeHead(302, { location: "/landed" }).end();
  if (route === "chunked") {
    response.writeHead(200, { "content-type": "text/plain" }).write("first half, ");
    setTimeout(() => response.end("second half"), 30);
    return;
  }
  if (route === "slow") await new Promise((resolve) => setTimeout(resolve, 30));
  const texts: Record<string, string | undefined> = {
    json: url.searchParams.get("body") ?? "{}",
    header: String(request.headers[argument ?? ""] ?? "").padEnd(64),
  };
  const text = texts[route ?? ""] ?? `${request.method} ${request.url} ${body}`;
  response.writeHead(route === "status" ? Number(argument) : 200, {
    "content-type": route === "json" ? "application/json" : "text/plain",
    "content-length": Buffer.byteLength(text),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

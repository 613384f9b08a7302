// Makes a case's requests of a host, the same bytes to each: every header that the client would choose is set here.
import type { Case, Exchange, Request } from "../case.ts";
import { maskText, type Origins } from "../mask.ts";

const HEADERS = {
  accept: "*/*",
  // wrangler's proxy sets this one, whatever the client says.
  "accept-encoding": "br, gzip",
  "accept-language": "en",
  "user-agent": "conformance/1",
};

/** What an uncaught error looks like to the client is the server's matter: wrangler's shows its stack. */
const ERROR_PAGE = /^(Internal Server Error\n?$|<!DOCTYPE html>|\w*Error: .*\n +at )/;

/** Lists run at once, the rest one after another. */
export async function makeRequests({ requests = ["/"] }: Case, origins: Origins): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const step of requests) {
    const group = Array.isArray(step) ? step : [step];
    exchanges.push(...(await Promise.all(group.map((request) => exchange(request, origins)))));
  }
  return exchanges;
}

export function countRequests({ requests = ["/"] }: Case): number {
  return requests.flat().length;
}

async function exchange(request: string | Request, origins: Origins): Promise<Exchange> {
  const {
    path,
    method = "GET",
    headers,
    body,
    givesUp,
    message,
  }: Request = typeof request === "string" ? { path: request } : request;
  const name = `${method} ${path}`;
  if (message !== undefined)
    return { request: name, status: 101, body: await converse(path, message, origins) };
  const response = await fetch(new URL(path, origins.worker), {
    method,
    headers: { ...HEADERS, ...headers },
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
  const { status } = response;
  if (givesUp) {
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    return { request: name, status, body: "(given up)" };
  }
  try {
    const text = await response.text();
    const isErrorPage = status === 500 && ERROR_PAGE.test(text);
    return { request: name, status, body: isErrorPage ? "(error page)" : maskText(text, origins) };
  } catch {
    return { request: name, status, body: "(broken off)" };
  }
}

async function converse(path: string, message: string, origins: Origins): Promise<string> {
  // Node's WebSocket takes headers, of which its types know nothing.
  const options = { headers: HEADERS } as unknown as string[];
  const socket = new WebSocket(new URL(path, origins.worker.replace("http", "ws")), options);
  const heard = (event: string) => new Promise<Event>((resolve) => socket.addEventListener(event, resolve));
  const [opened, answered, closed] = [heard("open"), heard("message"), heard("close")];
  await opened;
  socket.send(message);
  const { data } = (await answered) as MessageEvent;
  socket.close(1000);
  await closed;
  return maskText(String(data), origins);
}

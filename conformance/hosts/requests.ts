// Makes a case's requests of a host, the same bytes to each: every header that the client would choose is set here.
import type { Case, Exchange, Request } from "../case.ts";
import { maskText, type Origins } from "../mask.ts";
import type { Opened } from "./host.ts";

const HEADERS = {
  accept: "*/*",
  // wrangler's proxy sets this one, whatever the client says.
  "accept-encoding": "br, gzip",
  "accept-language": "en",
  "user-agent": "conformance/1",
};

/** What a Worker is reached by. */
type Served = Pick<Opened, "origins" | "schedule">;

const SCHEDULED_TIME = Date.UTC(2026, 0, 2, 3, 4, 5);

/** What an uncaught error looks like to the client is the server's matter: wrangler's shows its stack. */
const ERROR_PAGE = /^(Internal Server Error\n?$|<!DOCTYPE html>|\w*Error: .*\n +at )/;

/** Lists run at once, the rest one after another. */
export async function makeRequests({ requests = ["/"] }: Case, worker: Served): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const step of requests) {
    const group = Array.isArray(step) ? step : [step];
    exchanges.push(...(await Promise.all(group.map((request) => exchange(request, worker)))));
  }
  return exchanges;
}

export function countRequests({ requests = ["/"] }: Case): number {
  return requests.flat().length;
}

async function exchange(request: string | Request, worker: Served): Promise<Exchange> {
  const { origins } = worker;
  const {
    path = "/",
    cron,
    method = "GET",
    headers,
    body,
    givesUp,
    message,
  }: Request = typeof request === "string" ? { path: request } : request;
  if (cron !== undefined) return schedule(cron, worker);
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

async function schedule(cron: string, { origins, schedule }: Served): Promise<Exchange> {
  const query = new URLSearchParams({ cron, time: String(SCHEDULED_TIME) });
  const outcome =
    (await schedule?.(cron, SCHEDULED_TIME)) ??
    (await (await fetch(`${origins.worker}/cdn-cgi/handler/scheduled?${query}`)).text());
  return { request: `scheduled ${cron}`, status: outcome === "ok" ? 200 : 500, body: outcome };
}

async function converse(path: string, message: string, origins: Origins): Promise<string> {
  // Node's WebSocket takes headers, of which its types know nothing.
  const options = { headers: HEADERS } as unknown as string[];
  const socket = new WebSocket(new URL(path, origins.worker.replace("http", "ws")), options);
  const heard = (event: string) => new Promise<Event>((resolve) => socket.addEventListener(event, resolve));
  const [opened, answered, closed] = [heard("open"), heard("message"), heard("close")];
  await opened;
  socket.send(message);
  // A listener that throws breaks the socket: what it has answered before mostly never arrives.
  const event = await Promise.race([answered, closed]);
  socket.close(1000);
  await closed;
  return event instanceof MessageEvent ? maskText(String(event.data), origins) : "(broken off)";
}

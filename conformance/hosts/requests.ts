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
const ERROR_PAGE = /^(Internal Server Error$|<!DOCTYPE html>|\w*Error: .*\n +at )/;

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
  }: Request = typeof request === "string" ? { path: request } : request;
  const name = `${method} ${path}`;
  const response = await fetch(new URL(path, origins.worker), {
    method,
    headers: { ...HEADERS, ...headers },
    redirect: "manual",
    ...(body !== undefined && { body }),
  });
  const { status } = response;
  try {
    const text = await response.text();
    const isErrorPage = status === 500 && ERROR_PAGE.test(text);
    return { request: name, status, body: isErrorPage ? "(error page)" : maskText(text, origins) };
  } catch {
    return { request: name, status, body: "(broken off)" };
  }
}

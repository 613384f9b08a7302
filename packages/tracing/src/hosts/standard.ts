// The adapter for runtimes with the web's standard globals and AsyncLocalStorage: workerd (with `nodejs_als`), Node.
import { createContext } from "#context";
import type { Host } from "../host.ts";
import { MAX_ANSWER_BYTES, SEND_TIMEOUT_MS } from "../limits.ts";

/**
 * Takes the runtime's own functions as they are when it is called: before fetch and the console are instrumented, and
 * before a program replaces timers and clocks for its tests.
 */
export function createHost(): Host {
  const fetch = globalThis.fetch.bind(globalThis);
  const warn = console.warn.bind(console);
  const setTimer = globalThis.setTimeout.bind(globalThis);
  const clearTimer = globalThis.clearTimeout.bind(globalThis);
  const now = performance.now.bind(performance);
  const wallNow = Date.now;
  const isCloudflare = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return {
    now,
    wallNow,
    timeOrigin: performance.timeOrigin,
    random: (words) => crypto.getRandomValues(words),
    createContext: () => createContext(isCloudflare),
    isCloudflare,
    sleep: (ms, woken) =>
      new Promise((resolve) => {
        // Node warns of less.
        const timer = setTimer(resolve, Math.max(ms, 0));
        woken?.then(() => resolve(clearTimer(timer)));
      }),
    async post(url, headers, body) {
      // Not AbortSignal.timeout(): a timer that goes on keeps a Durable Object from hibernating.
      const giveUp = new AbortController();
      const timer = setTimer(
        () => giveUp.abort(new DOMException("No answer in time", "TimeoutError")),
        SEND_TIMEOUT_MS,
      );
      try {
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body,
          // One that is followed may become a GET, whose answer says nothing of what was sent.
          redirect: "manual",
          signal: giveUp.signal,
        });
        const retryAfterSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
        return {
          status: response.status,
          body: await beginning(response),
          ...(Number.isFinite(retryAfterSeconds) && { retryAfterSeconds }),
        };
      } finally {
        clearTimer(timer);
      }
    },
    warn: (message) => warn(message),
  };
}

/** Reads an answer, which unread would hold the connection, but not an endless one. */
async function beginning(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return text;
}

// The adapter for runtimes with the web's standard globals and AsyncLocalStorage: workerd (with `nodejs_als`), Node.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Host } from "../host.ts";
import { SEND_TIMEOUT_MS } from "../limits.ts";

/**
 * Takes the runtime's own functions as they are when it is called: before fetch and the console are instrumented, and
 * before a program replaces timers and clocks for its tests.
 */
export function createHost(): Host {
  const fetch = globalThis.fetch.bind(globalThis);
  const warn = console.warn.bind(console);
  const setTimer = globalThis.setTimeout.bind(globalThis);
  const now = performance.now.bind(performance);
  const wallNow = Date.now;
  return {
    now,
    wallNow,
    timeOrigin: performance.timeOrigin,
    random: (words) => crypto.getRandomValues(words),
    createContext: () => new AsyncLocalStorage(),
    sleep: (ms) => new Promise((resolve) => void setTimer(resolve, ms)),
    async post(url, headers, body) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
        signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      });
      // Unread, the answer would hold the connection.
      await response.arrayBuffer();
      const retryAfterSeconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      return { status: response.status, ...(Number.isFinite(retryAfterSeconds) && { retryAfterSeconds }) };
    },
    warn: (message) => warn(message),
  };
}

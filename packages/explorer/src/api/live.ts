// The connection that tells what is new. One per page, whoever listens; lost connections are taken up again, and until
// then the page polls.
import type { LiveChange } from "@enterspan/backend/contract";

export type LiveState = "connecting" | "live" | "offline";

export interface LiveFeed {
  /**
   * Calls back with what changed until the returned function is called. Opens the connection for the first listener,
   * and closes it a second after the last has gone.
   */
  onChange(listener: (change: LiveChange) => void): () => void;
  onState(listener: () => void): () => void;
  state(): LiveState;
}

/** The part of EventSource that is used, so that a test can stand in for it. */
export interface LiveSource {
  addEventListener(
    type: "open" | "error" | "changed" | "ping",
    listener: (event: { readonly data?: unknown }) => void,
  ): void;
  close(): void;
}

/** The server pings every 15 s; two missed and the connection counts as dead. */
const SILENCE_MS = 35_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
/** A page that gives way to another leaves the connection to it. */
const LINGER_MS = 1_000;
/** How often "anything may have changed" is said while there is no connection. */
const POLL_MS = 3_000;
const ANYTHING: LiveChange = { traceIds: [], truncated: true };

export function createLiveFeed(open: () => LiveSource): LiveFeed {
  const changeListeners = new Set<(change: LiveChange) => void>();
  const stateListeners = new Set<() => void>();
  let state: LiveState = "connecting";
  let source: LiveSource | undefined;
  let retryMs = RETRY_MIN_MS;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;

  const enter = (next: LiveState): void => {
    if (state === next) return;
    state = next;
    for (const listener of stateListeners) listener();
  };
  const tell = (change: LiveChange): void => {
    for (const listener of changeListeners) listener(change);
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE_MS);
  };
  const connected = (): void => {
    const wasOffline = state === "offline";
    clearInterval(poll);
    poll = undefined;
    retryMs = RETRY_MIN_MS;
    heard();
    enter("live");
    // What changed while nobody listened is not told again.
    if (wasOffline) tell(ANYTHING);
  };
  const lost = (): void => {
    disconnect();
    enter("offline");
    poll ??= setInterval(() => tell(ANYTHING), POLL_MS);
    retry = setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
  };
  const disconnect = (): void => {
    clearTimeout(silence);
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const connect = (): void => {
    const opened = open();
    source = opened;
    opened.addEventListener("open", connected);
    opened.addEventListener("error", lost);
    opened.addEventListener("ping", heard);
    opened.addEventListener("changed", (event) => {
      heard();
      tell(readChange(event.data));
    });
  };

  const leave = (): void => {
    leaving = undefined;
    disconnect();
    clearInterval(poll);
    poll = undefined;
    enter("connecting");
  };

  return {
    state: () => state,
    onState(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      if (leaving !== undefined) {
        clearTimeout(leaving);
        leaving = undefined;
      } else if (changeListeners.size === 1) connect();
      return () => {
        if (changeListeners.delete(listener) && changeListeners.size === 0) {
          leaving = setTimeout(leave, LINGER_MS);
        }
      };
    },
  };
}

/** A message that cannot be read still says that something changed. */
function readChange(data: unknown): LiveChange {
  try {
    const change = JSON.parse(String(data)) as LiveChange;
    return Array.isArray(change.traceIds) ? change : ANYTHING;
  } catch {
    return ANYTHING;
  }
}

export const concerns = (change: LiveChange, traceId: string): boolean =>
  change.truncated || change.traceIds.includes(traceId);

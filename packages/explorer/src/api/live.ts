// The connection that tells what is new. One per page, whoever listens, while somebody sees the page; lost connections are
// taken up again, and until then the page polls.
import type { LiveChange } from "@enterspan/backend/contract";

export type LiveState = "connecting" | "live" | "offline";

export interface LiveFeed {
  /**
   * Calls back with what changed until the returned function is called. Opens the connection for the first listener,
   * and closes it a second after the last has gone, or 5 s after the page went out of sight. Back in sight, anything may have
   * changed.
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

/** Whether somebody sees the page: the part of `document` that is used. */
export interface Sight {
  readonly visibilityState: "visible" | "hidden";
  addEventListener(type: "visibilitychange", listener: () => void): void;
}

/** The server pings every 15 s; two missed and the connection counts as dead. */
const SILENCE_MS = 35_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
/** A page that gives way to another leaves the connection to it. */
const LINGER_MS = 1_000;
/**
 * A browser has six connections to a server for all of its pages: as many that nobody sees, opened in the background from the list,
 * would leave none to the one that is read.
 */
const OUT_OF_SIGHT_MS = 5_000;
/** How often "anything may have changed" is said while there is no connection. */
const POLL_MS = 3_000;
const ANYTHING: LiveChange = { traceIds: [], truncated: true };

/** `pageSight` is asked for once there is a listener. */
export function createLiveFeed(open: () => LiveSource, pageSight: () => Sight): LiveFeed {
  const changeListeners = new Set<(change: LiveChange) => void>();
  const stateListeners = new Set<() => void>();
  let state: LiveState = "connecting";
  let source: LiveSource | undefined;
  let retryMs = RETRY_MIN_MS;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let isResting = false;
  let sight: Sight | undefined;
  /** Whether something may have changed while nobody listened: it is not told again. */
  let hasMissed = false;

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
    clearInterval(poll);
    poll = undefined;
    retryMs = RETRY_MIN_MS;
    heard();
    enter("live");
    if (hasMissed) tell(ANYTHING);
    hasMissed = false;
  };
  const lost = (): void => {
    hasMissed = true;
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

  const end = (): void => {
    disconnect();
    clearInterval(poll);
    poll = undefined;
    enter("connecting");
  };
  const leave = (): void => {
    leaving = undefined;
    isResting = false;
    hasMissed = false;
    end();
  };
  const rest = (): void => {
    isResting = true;
    hasMissed = true;
    end();
  };
  const isHidden = (): boolean => {
    if (sight === undefined) {
      sight = pageSight();
      sight.addEventListener("visibilitychange", onSight);
    }
    return sight.visibilityState === "hidden";
  };
  const onSight = (): void => {
    clearTimeout(resting);
    if (changeListeners.size === 0) return;
    if (isHidden()) resting = setTimeout(rest, OUT_OF_SIGHT_MS);
    else if (isResting) {
      isResting = false;
      connect();
    }
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
      } else if (changeListeners.size === 1) {
        if (isHidden()) rest();
        else connect();
      }
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

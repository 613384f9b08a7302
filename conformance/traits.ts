// What tells one runtime from another as far as cases can see it. A deviation or a skip names these, never a host.

/** An error as a runtime words it. */
export interface ErrorWords {
  type: string;
  message: string;
}

export interface Traits {
  /** Has KV, D1 and R2, as classes of the names that workerd gives them, by which our instrumentation knows them. */
  hasDatabases: boolean;
  /** Has what workerd alone has: Durable Objects, RPC, bindings to Workers. */
  hasWorkerd: boolean;
  /** Has the Cache API, and a default cache that keeps what is put into it. */
  hasCaches: boolean;
  /** Has wrangler's routes that start events which are not requests. */
  hasTriggers: boolean;
  /** `tracing` is ours when modules are evaluated. */
  tracesModules: boolean;
  /** `cloudflare:workers` is the stand-in of ours, of whose `waitUntil` we know. */
  hasOurModule: boolean;
  /** A stream whose length the runtime knows says so. Else sizes of requests' bodies are unknown. */
  knowsStreamLengths: boolean;
  /** D1's `exec`, `first` and `raw` tell what the database did, though they give the program nothing of it. */
  tellsAllOfD1: boolean;
  /** What R2 tells of an object is there with it. Else each field takes another request. */
  tellsOfObjects: boolean;
  /** A listener of a signal whose time is up runs in the context that it was added in, or we see to that. */
  knowsWhoListens: boolean;
  /** `new Request` refuses a GET with a body. */
  checksRequests: boolean;
  /** A Request made of text shows the content type that is sent with it. */
  showsTextType: boolean;
  /** A DOMException has a `stack`. */
  hasDomExceptionStacks: boolean;
  /** What `fetch` rejects with when the connection breaks, its signal is aborted, its signal's time is up. */
  fetchErrors: Record<"reset" | "aborted" | "timedOut", ErrorWords>;
}

/** What a case can need of a runtime, and why some have it not. */
export const NEEDS = {
  hasDatabases: "whoever instruments by hand brings bindings of their own, or none",
  hasWorkerd: "Durable Objects and Workers behind bindings are workerd's",
  hasCaches: "the runtime has no Cache API, or one without a default cache",
  knowsStreamLengths: "the runtime does not know the length of a stream, and R2 takes no other",
  hasTriggers: "whoever instruments by hand brings a server of their own, which knows requests alone",
  tracesModules: "by hand the runtime's `tracing` is found by way of the first event's context",
  checksRequests: "the runtime refuses the request only when it is sent, and so it has a span",
} satisfies Partial<Record<keyof Traits, string>>;

export const WORKERD: Traits = {
  hasDatabases: true,
  hasWorkerd: true,
  hasCaches: true,
  hasTriggers: true,
  tracesModules: true,
  hasOurModule: false,
  knowsStreamLengths: true,
  tellsAllOfD1: true,
  tellsOfObjects: true,
  knowsWhoListens: true,
  checksRequests: true,
  showsTextType: true,
  hasDomExceptionStacks: true,
  fetchErrors: {
    reset: { type: "Error", message: "Network connection lost." },
    aborted: { type: "AbortError", message: "The operation was aborted" },
    timedOut: { type: "TimeoutError", message: "The operation was aborted due to timeout" },
  },
};

/** `instrument`, where nothing was put before the program. */
export const WORKERD_BY_HAND: Traits = { ...WORKERD, tracesModules: false };

export const NODE: Traits = {
  hasDatabases: false,
  hasWorkerd: false,
  hasCaches: false,
  hasTriggers: false,
  tracesModules: true,
  hasOurModule: true,
  knowsStreamLengths: false,
  tellsAllOfD1: false,
  tellsOfObjects: false,
  knowsWhoListens: true,
  checksRequests: true,
  showsTextType: true,
  hasDomExceptionStacks: true,
  fetchErrors: {
    reset: { type: "TypeError", message: "fetch failed" },
    aborted: { type: "AbortError", message: "This operation was aborted" },
    timedOut: { type: "TimeoutError", message: "The operation was aborted due to timeout" },
  },
};

/** `enterspan run`: wrangler's stand-ins for bindings, as classes of workerd's names. */
export const NODE_WITH_WRANGLER: Traits = { ...NODE, hasDatabases: true, hasTriggers: true };

export const DENO: Traits = {
  ...NODE,
  knowsWhoListens: false,
  fetchErrors: {
    reset: { type: "TypeError", message: "fetch failed" },
    aborted: { type: "AbortError", message: "The signal has been aborted" },
    timedOut: { type: "TimeoutError", message: "The operation was aborted due to timeout" },
  },
};

export const BUN: Traits = {
  ...NODE,
  knowsWhoListens: false,
  checksRequests: false,
  showsTextType: false,
  hasDomExceptionStacks: false,
  fetchErrors: {
    reset: {
      type: "TypeError",
      message:
        "ECONNRESET: The socket connection was closed unexpectedly. For more information, pass `verbose: true` in the second argument to fetch()",
    },
    aborted: { type: "AbortError", message: "The operation was aborted." },
    timedOut: { type: "TimeoutError", message: "The operation timed out." },
  },
};

// The port between the core and the runtime that it runs on: the core asks, an adapter in hosts/ answers.

/** The part of AsyncLocalStorage that the core uses. */
export interface AsyncContext<T> {
  getStore(): T | undefined;
  run<R>(store: T, callback: () => R): R;
  /**
   * Makes `store` the value from here on; whoever calls it then calls `leave` with what it gave. Cheaper than `run`, and
   * shallower on the stack. Not there where the runtime has no such thing. Neither needs a `this`.
   */
  readonly enter?: (store: T | undefined) => unknown;
  /** Puts the former value back. There where `enter` is. */
  readonly leave?: (entered: unknown, former: T | undefined) => void;
}

export interface Host {
  /** Monotonic milliseconds with all the resolution the runtime gives, from any fixed origin. */
  now(): number;
  /** Milliseconds since the Unix epoch, as the wall clock says. */
  wallNow(): number;
  /** Unix time in milliseconds of the origin of `now()`, as exactly as the runtime knows it. */
  timeOrigin: number;
  /** Fills the array with cryptographically random values. */
  random(words: Uint32Array<ArrayBuffer>): void;
  /** A fresh async context variable; called once per tracing runtime. */
  createContext<T>(): AsyncContext<T>;
  /** Resolves after `ms` milliseconds, or once `woken` has resolved: then no timer is left. */
  sleep(ms: number, woken?: Promise<void>): Promise<void>;
  /** Whether this is Cloudflare's runtime, deployed or local. */
  isCloudflare: boolean;
  /** Posts JSON; resolves with the HTTP status, rejects when no answer was had. Must not be traced itself. */
  post(url: string, headers: Record<string, string>, body: string): Promise<PostResult>;
  /** Prints one warning of ours where the developer sees it, past any capture of the console. */
  warn(message: string): void;
}

export interface PostResult {
  status: number;
  /** The beginning of what it said, for what OTLP puts there. */
  body?: string;
  /** Seconds, from `Retry-After`, where the receiver gave it. */
  retryAfterSeconds?: number;
}

// What a program that starts a server says of it and gets: the options and the running server.

import type { GivenToken } from "./auth/token.ts";
import type { Destination } from "./forward/destination.ts";
import type { ServiceRoute } from "./forward/routes.ts";
import type { RetryOptions } from "./forward/sender.ts";
import type { Limits } from "./http/limits.ts";
import type { LogLevel, LogLine } from "./operations/log.ts";
import type { RetentionOptions } from "./retention/retention.ts";
import type { SamplingSettings } from "./sampling/policy.ts";
import type { StoredEntry } from "./store/store.ts";

export interface BackendOptions {
  /** Made when it is missing, with a `.gitignore` that keeps it out of version control. */
  dataDir: string;
  /**
   * The address to listen on; "127.0.0.1" by default, which only this machine reaches. On any other every request needs a
   * token, of the data directory (`createToken`) or of `tokens`.
   */
  host?: string;
  /** Tokens besides those of the data directory. Where there are any, tokens are required on every address. */
  tokens?: readonly GivenToken[];
  /** Requires tokens on this machine too. */
  requireTokens?: boolean;
  /** What a server, a peer and a connection may ask at most, where it shall differ from the defaults. */
  limits?: Partial<Limits>;
  /** 0 takes any free port. */
  port: number;
  /** Where OTLP over gRPC is taken as well, on the same address; 0 takes any free port. Without it there is no gRPC. */
  grpcPort?: number;
  /** The explorer's built files, served at `/`. Without it only the APIs are there. */
  assetsDir?: string;
  /** Names besides localhost and `host` under which requests may come, such as a proxy's. */
  allowedHosts?: readonly string[];
  /** How much is kept; everything, without it. */
  retention?: RetentionOptions;
  /** Where telemetry can go on to, besides what the API makes; `readSettings` reads them. */
  destinations?: readonly Destination[];
  /** Which of them a service's telemetry goes on to, by `service.name`. */
  routes?: Readonly<Record<string, ServiceRoute>>;
  /** Which traces are kept, decided when they are over; all, without it. `readSettings` reads it too. */
  sampling?: SamplingSettings;
  /** How long a destination that is away is left alone. */
  forwardRetry?: RetryOptions;
  /** How long a statement of `POST /api/sql` may take; 10 s without it. */
  sqlTimeoutMs?: number;
  /** Told of faults of our own, and of destinations', one line each; nothing is printed otherwise. */
  onLog?: (line: LogLine) => void;
  /** The least that `onLog` is told: "warn" by default; "debug" is a line for each request. */
  logLevel?: LogLevel;
}

/** What one commit stored for the first time. */
export interface CommittedChange {
  spans: number;
  logs: number;
  /** Traces that gained spans or logs. */
  traceIds: readonly string[];
  /** Those of the spans that began a service's part in a trace: one for each request or other event it handled. */
  entries: readonly StoredEntry[];
}

export interface Backend {
  /** Where the explorer and the APIs are, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Where OTLP over gRPC is taken, if it is. */
  readonly grpcPort: number | undefined;
  /** Calls `listener` after every commit. Returns how to stop. */
  onCommitted(listener: (change: CommittedChange) => void): () => void;
  /** The same for commits that stored spans. */
  onSpansStored(listener: (change: CommittedChange) => void): () => void;
  /**
   * Says where a service's telemetry goes on to from now on, in place of what was said of it before.
   *
   * @throws BackendError `unknown_destination`; then all is as it was.
   */
  route(service: string, route: ServiceRoute): void;
  /**
   * Stops accepting, answers what has begun, writes everything down and closes the database. What was acknowledged is
   * stored. A second call returns the first one's promise.
   */
  close(): Promise<void>;
}

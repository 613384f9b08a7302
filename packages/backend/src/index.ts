// Starts the server: opens the data directory, listens, and stops both in the order that loses nothing. The journey of a
// request begins in http/app.ts.

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Authority } from "./auth/authority.ts";
import type { GivenToken } from "./auth/token.ts";
import { BackendError } from "./error.ts";
import type { Destination } from "./forward/destination.ts";
import { Forwarder } from "./forward/forwarder.ts";
import type { ServiceRoute } from "./forward/routes.ts";
import type { RetryOptions } from "./forward/sender.ts";
import { GrpcServer } from "./grpc/server.ts";
import { createApp } from "./http/app.ts";
import { limitConnections, serverOptions } from "./http/connections.ts";
import { isLoopback } from "./http/guard.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import { Live } from "./http/live.ts";
import { Peers } from "./http/peers.ts";
import { acceptUpgrades, isWebSocketUpgrade } from "./http/upgrade.ts";
import { InFlight } from "./in-flight/in-flight.ts";
import { GroupCommit } from "./ingest/group-commit.ts";
import { Intake } from "./ingest/intake.ts";
import { take } from "./ingest/receive.ts";
import { type LogLevel, type LogLine, leveled } from "./operations/log.ts";
import { Meter } from "./operations/meter.ts";
import { Readiness } from "./operations/readiness.ts";
import { LiveTails } from "./query/live-tail.ts";
import { Retention, type RetentionOptions } from "./retention/retention.ts";
import { KEEP_ALL, type SamplingSettings } from "./sampling/policy.ts";
import { TailSampler } from "./sampling/tail-sampler.ts";
import { DuckDbStore } from "./store/duckdb/duckdb-store.ts";
import type { StoredEntry, WriteResult } from "./store/store.ts";

export { type GivenToken, SCOPES, type Scope } from "./auth/token.ts";
export { createToken, listTokens, revokeToken, type TokenRecord } from "./auth/token-files.ts";
export { BackendError, type BackendErrorCode } from "./error.ts";
export type { Destination } from "./forward/destination.ts";
export type { ServiceRoute, SignalRoute } from "./forward/routes.ts";
export type { RetryOptions } from "./forward/sender.ts";
export type { Limits } from "./http/limits.ts";
export { LOG_LEVELS, type LogLevel, type LogLine } from "./operations/log.ts";
export { type ParquetSignal, readParquet, writeParquet } from "./parquet/parquet.ts";
export type { RetentionOptions } from "./retention/retention.ts";
export { type SamplingSettings, samplingSettings } from "./sampling/policy.ts";
export { readSettings, type Settings } from "./settings/settings.ts";
export { type Inspection, inspectDataDir } from "./store/duckdb/inspect.ts";
export type { StoredEntry } from "./store/store.ts";

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
  /** Calls `listener` after every commit, before its senders are answered. Returns how to stop. */
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

/** How long requests that have begun may take once `close` is called. */
const CLOSE_GRACE_MS = 10_000;
const SWEEP_MS = 20;

/**
 * Starts a server on a data directory.
 *
 * @throws BackendError: `port_in_use`, `cannot_listen`, `data_dir_locked`, `data_dir_not_writable`, `data_damaged`,
 * `data_foreign`, `data_too_new`, `token_missing`, `token_too_short`, `invalid_settings`, `unknown_destination` or
 * `assets_missing`. Nothing stays open and no file of others is changed.
 * @example
 * const backend = await startBackend({ dataDir: ".enterspan", port: 4318 });
 * console.log(backend.url);
 * await backend.close();
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  const host = options.host ?? "127.0.0.1";
  const log = leveled(options.logLevel ?? "warn", options.onLog ?? (() => {}));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const listeners = new Set<(change: CommittedChange) => void>();
  const live = new Live();
  const database = await DuckDbStore.open(options.dataDir, { sqlTimeoutMs: options.sqlTimeoutMs });
  const meter = new Meter(options.dataDir, () => commits.waiting);
  const store = meter.observed(database);
  const readiness = new Readiness(store, options.dataDir);
  let forwarder: Forwarder | undefined;
  let inFlight: InFlight | undefined;
  let sampler: TailSampler | undefined;
  let server: Server | undefined;
  let grpc: GrpcServer | undefined;
  let grpcPort: number | undefined;
  let cutOffSockets: () => Promise<void>;
  let cutConnections = () => {};
  const unanswered = new Set<ServerResponse>();
  const warn = (message: string) => log({ level: "warn", message });
  const onFault = (error: unknown) => log({ level: "error", message: describe(error) });
  const tails = new LiveTails(store, onFault);
  const tell = (result: WriteResult): void => {
    if (result.spans + result.logs === 0) return;
    if (inFlight && !inFlight.isEmpty) inFlight.ended(result.entries);
    live.publish(() => result.traceIds);
    tails.publish(result);
    for (const listener of listeners) {
      try {
        listener(result);
      } catch (error) {
        log({ level: "error", message: `A listener of commits failed: ${describe(error)}` });
      }
    }
  };
  const commits = new GroupCommit(store, tell);
  try {
    forwarder = new Forwarder(
      {
        dataDir: options.dataDir,
        destinations: options.destinations ?? [],
        retry: options.forwardRetry ?? {},
        warn,
        isSelf: (url) => isOwn(url, host, server),
      },
      options.routes ?? {},
    );
    const intake = new Intake(commits, forwarder);
    inFlight = new InFlight({
      dataDir: options.dataDir,
      store: (body) => storeJson(body, intake, meter),
      changed: (traceIds) => live.publish(() => traceIds),
      onFault,
    });
    intake.onTaken((spans) => inFlight?.taken(spans));
    const authority = authorityOf(options, host, (message) => log({ level: "warn", message }));
    const peers = new Peers(limits);
    // What waits from a time with sampling goes on even where there is none any more.
    if (options.sampling !== undefined || TailSampler.hasLeft(options.dataDir)) {
      sampler = await TailSampler.open({
        dataDir: options.dataDir,
        settings: options.sampling ?? KEEP_ALL,
        intake,
        warn,
        onFault,
      });
      if (options.sampling !== undefined) intake.sampleBy(sampler);
    }
    const app = createApp({
      store,
      intake,
      forwarder,
      inFlight,
      live,
      tails,
      guard: { host, allowedHosts: options.allowedHosts ?? [] },
      peers,
      operations: { meter, readiness, log },
      authority,
      assetsDir: options.assetsDir,
      onFault,
    });
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    // Other upgrades are for us to ignore: Java's client asks for HTTP/2 with every request.
    server = createServer({ ...serverOptions(limits), shouldUpgradeCallback: isWebSocketUpgrade }, listener);
    server.setTimeout(limits.silenceMs);
    cutConnections = limitConnections(server, limits);
    cutOffSockets = acceptUpgrades(server, app, tails, onFault);
    server.on("request", (_request, response) => {
      unanswered.add(response);
      response.once("close", () => unanswered.delete(response));
    });
    await listen(server, host, options.port);
    if (options.grpcPort !== undefined) {
      grpc = new GrpcServer({ intake, meter, onFault, peers, authority, limits });
      grpcPort = await grpc.listen(options.grpcPort, host).catch((error) => {
        throw cannotListen(error, host, options.grpcPort as number);
      });
    }
  } catch (error) {
    server?.close();
    await inFlight?.close();
    await sampler?.close();
    await forwarder?.close();
    await store.close();
    throw error;
  }

  const retention = new Retention(store, options.retention ?? {}, onFault);
  const { port } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  database.announce(url);
  const subscribe = (listener: (change: CommittedChange) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  let closed: Promise<void> | undefined;
  return {
    url,
    port,
    grpcPort,
    onCommitted: subscribe,
    onSpansStored: (listener) => subscribe((change) => change.spans > 0 && listener(change)),
    route: (service, route) => forwarder.route(service, route),
    close() {
      closed ??= (async () => {
        readiness.close();
        live.close();
        await tails.close();
        await Promise.all([stop(server, unanswered, cutConnections), cutOffSockets(), grpc?.close()]);
        await sampler?.close();
        await inFlight.close();
        await commits.idle();
        await forwarder.close();
        await retention.close();
        await store.close();
      })();
      return closed;
    },
  };
}

/** Whether an address leads to `server`, by the name it listens on or one of this machine's. */
function isOwn(url: string, host: string, server: Server | undefined): boolean {
  const parsed = URL.parse(url);
  const { port } = (server?.address() ?? {}) as Partial<AddressInfo>;
  if (parsed === null || port === undefined) return false;
  const usual = parsed.protocol === "https:" ? 443 : 80;
  if (Number(parsed.port || usual) !== port) return false;
  const name = parsed.hostname.replace(/^\[|\]$/g, "");
  return isLoopback(name) || name === host;
}

/** Takes traces of our own as if somebody had sent them. */
async function storeJson(body: string, intake: Intake, meter: Meter): Promise<void> {
  const outcome = await take("traces", "json", async () => Buffer.from(body), intake, meter);
  if (!outcome.stored) throw new Error(`What was in flight could not be stored: ${outcome.message}`);
}

/** Who may do what, where that has to be asked. @throws BackendError `token_missing` or `token_too_short` */
function authorityOf(
  { dataDir, tokens = [], requireTokens = false }: BackendOptions,
  host: string,
  onFault: (message: string) => void,
): Authority | undefined {
  const isOpen = !isLoopback(host);
  if (!isOpen && !requireTokens && tokens.length === 0) return undefined;
  const authority = new Authority(dataDir, tokens, onFault);
  if (!authority.isEmpty) return authority;
  const why = isOpen ? `Others reach ${host}, so` : "Tokens are required, so";
  throw new BackendError(
    "token_missing",
    `${why} a token is needed, and ${dataDir} has none. Make one with: enterspan token --data ${dataDir}`,
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen({ host, port }, resolve);
  });
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): BackendError {
  if (cause.code === "EADDRINUSE") {
    return new BackendError(
      "port_in_use",
      `Port ${port} on ${host} is in use by another program. Stop that program or choose another port; 0 takes any free one.`,
      { cause },
    );
  }
  return new BackendError(
    "cannot_listen",
    `Cannot listen on ${host} port ${port}: ${cause.message}. Choose another.`,
    {
      cause,
    },
  );
}

/** Resolves when every request that had begun is answered, or cut off after the grace. */
function stop(
  server: Server,
  unanswered: ReadonlySet<ServerResponse>,
  cutConnections: () => void,
): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(cutConnections, CLOSE_GRACE_MS);
    // Clients keep connections open for seconds after their last answer, and Node does not know all of them as idle.
    const sweep = setInterval(() => {
      if (unanswered.size === 0) server.closeAllConnections();
    }, SWEEP_MS);
    server.close(() => {
      clearTimeout(cutOff);
      clearInterval(sweep);
      resolve();
    });
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// Starts the server: opens the data directory, listens, and stops both in the order that loses nothing. The journey of a
// request begins in http/app.ts.

import { authorityFor } from "./auth/authority.ts";
import type { Backend, BackendOptions, CommittedChange } from "./backend.ts";
import { Forwarder } from "./forward/forwarder.ts";
import { GrpcServer } from "./grpc/server.ts";
import { createApp } from "./http/app.ts";
import { HttpServer } from "./http/http-server.ts";
import { DEFAULT_LIMITS } from "./http/limits.ts";
import { Live } from "./http/live.ts";
import { Peers } from "./http/peers.ts";
import { InFlight } from "./in-flight/in-flight.ts";
import { GroupCommit } from "./ingest/group-commit.ts";
import { Intake } from "./ingest/intake.ts";
import { Journal } from "./ingest/journal.ts";
import { accepted, take } from "./ingest/receive.ts";
import { Unreadable } from "./ingest/unreadable.ts";
import { leveled } from "./operations/log.ts";
import { Meter } from "./operations/meter.ts";
import { Readiness } from "./operations/readiness.ts";
import { LiveTails } from "./query/live-tail.ts";
import { Retention } from "./retention/retention.ts";
import { KEEP_ALL } from "./sampling/policy.ts";
import { TailSampler } from "./sampling/tail-sampler.ts";
import { DuckDbStore } from "./store/duckdb/duckdb-store.ts";
import type { WriteResult } from "./store/store.ts";

type Listener = (change: CommittedChange) => void;

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
  const { dataDir, host = "127.0.0.1" } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const log = leveled(options.logLevel ?? "warn", options.onLog ?? (() => {}));
  const warn = (message: string) => log({ level: "warn", message });
  const onFault = (error: unknown) => log({ level: "error", message: describe(error) });
  // What is opened first is closed last.
  const closing: (() => void | Promise<void>)[] = [];
  const closeAll = async () => {
    for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
  };

  const database = await DuckDbStore.open(dataDir, { sqlTimeoutMs: options.sqlTimeoutMs });
  const meter = new Meter(dataDir, () => commits.waiting);
  const store = meter.observed(database);
  closing.push(() => store.close());
  const readiness = new Readiness(store, dataDir);
  const live = new Live();
  const tails = new LiveTails(store, onFault);
  const listeners = new Set<Listener>();
  const subscribe = (listener: Listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const journal = Journal.open(dataDir);
  closing.push(() => journal.close());
  const commits = new GroupCommit(store, journal, (result) => tell(result), onFault);

  /** Where it listens; senders go on with what is left of an earlier run before that. */
  let listening: HttpServer | undefined;

  try {
    const forwarder = new Forwarder(
      {
        dataDir,
        destinations: options.destinations ?? [],
        retry: options.forwardRetry ?? {},
        warn,
        isSelf: (url) => listening?.isAt(url) === true,
      },
      options.routes ?? {},
    );
    closing.push(() => forwarder.close());
    meter.tellOf(() => forwarder.list());
    closing.push(() => commits.close());
    await storeLeft(journal, commits, new Unreadable(dataDir, (message) => log({ level: "error", message })));
    const intake = new Intake(commits, forwarder);
    const inFlight = new InFlight({
      dataDir,
      store: (body) => storeJson(body, intake, meter),
      changed: (traceIds) => live.publish(() => traceIds),
      onFault,
    });
    closing.push(() => inFlight.close());
    intake.onTaken((spans) => inFlight.taken(spans));
    // Entries are worked out when they are asked for.
    subscribe((change) => inFlight.isEmpty || inFlight.ended(change.entries));
    // What waits from a time with sampling goes on even where there is none any more.
    if (options.sampling !== undefined || TailSampler.hasLeft(dataDir)) {
      const settings = options.sampling ?? KEEP_ALL;
      const onDecided = meter.sampled.bind(meter);
      const sampler = await TailSampler.open({ dataDir, settings, intake, onDecided, warn, onFault });
      closing.push(() => sampler.close());
      if (options.sampling !== undefined) intake.sampleBy(sampler);
    }

    const authority = authorityFor(options, host, warn);
    const peers = new Peers(limits);
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
    const server = new HttpServer({ app, host, limits, tails, onFault });
    const grpc = new GrpcServer({ intake, meter, onFault, peers, authority, limits });
    closing.push(async () => {
      readiness.close();
      live.close();
      await tails.close();
      await Promise.all([server.close(), grpc.close()]);
    });
    const port = await server.listen(options.port);
    listening = server;
    const { grpcPort: grpcWanted } = options;
    const grpcPort = grpcWanted === undefined ? undefined : await grpc.listen(grpcWanted, host);

    const retention = new Retention(store, options.retention ?? {}, onFault);
    closing.push(() => retention.close());
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    database.announce(url);
    let closed: Promise<void> | undefined;
    return {
      url,
      port,
      grpcPort,
      onCommitted: subscribe,
      onSpansStored: (listener) => subscribe((change) => change.spans > 0 && listener(change)),
      route: (service, route) => forwarder.route(service, route),
      close() {
        closed ??= closeAll();
        return closed;
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }

  function tell(result: WriteResult): void {
    if (result.spans + result.logs === 0) return;
    live.publish(() => result.traceIds);
    tails.publish(result);
    for (const listener of listeners) {
      try {
        listener(result);
      } catch (error) {
        log({ level: "error", message: `A listener of commits failed: ${describe(error)}` });
      }
    }
  }
}

/** What was acknowledged before a crash and not stored: it is found from the first query on. */
async function storeLeft(journal: Journal, commits: GroupCommit, unreadable: Unreadable): Promise<void> {
  for await (const left of journal.left(accepted, unreadable)) {
    await Promise.all(
      left.map(({ entry, content: { request, accepted: records }, journaled }) =>
        commits.recall({ request, records, bytes: entry.body.length }, journaled),
      ),
    );
  }
}

/** Takes traces of our own as if somebody had sent them. */
async function storeJson(body: string, intake: Intake, meter: Meter): Promise<void> {
  const outcome = await take("traces", "json", async () => Buffer.from(body), intake, meter);
  if (!outcome.stored) throw new Error(`What was in flight could not be stored: ${outcome.message}`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

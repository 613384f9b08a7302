// All routes behind their guards, and the one place that turns what handlers throw into answers: each family of routes
// words errors as its clients expect them.

import { encodeStatusJson, RpcCode } from "@enterspan/otlp";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Authority } from "../auth/authority.ts";
import type { Forwarder } from "../forward/forwarder.ts";
import type { InFlight } from "../in-flight/in-flight.ts";
import { BodyError } from "../ingest/body-error.ts";
import type { Intake } from "../ingest/intake.ts";
import { QueryFault } from "../query/fault.ts";
import type { LiveTails } from "../query/live-tail.ts";
import { SearchError } from "../query/search/index.ts";
import { type QueryErrorCode, type Store, StoreQueryError, StoreUnavailableError } from "../store/store.ts";
import { apiRoutes } from "./api-routes.ts";
import { assets } from "./assets.ts";
import { authorize, sessionOf } from "./authorize.ts";
import type { ApiError, SessionResponse } from "./contract.ts";
import { destinationRoutes } from "./destination-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { forwardRoutes } from "./forward-routes.ts";
import { checkHost, checkOrigin, type GuardOptions } from "./guard.ts";
import { inFlightRoutes } from "./in-flight-routes.ts";
import type { Live } from "./live.ts";
import { liveTailRoutes } from "./live-tail-routes.ts";
import { loginRoutes } from "./login.ts";
import { type Operations, observeResponses, operationsRoutes } from "./operations-routes.ts";
import { otlpRoutes } from "./otlp-routes.ts";
import { ApiFault, apiError } from "./parameters.ts";
import { limitPeers, type Peers } from "./peers.ts";
import { savedQueryRoutes } from "./saved-query-routes.ts";
import { sentMessageRoutes } from "./sent-message-routes.ts";
import { sqlRoutes } from "./sql-routes.ts";
import { failure, telemetryRoutes } from "./telemetry-routes.ts";

export interface AppOptions {
  store: Store;
  intake: Intake;
  forwarder: Forwarder;
  inFlight: InFlight;
  live: Live;
  tails: LiveTails;
  guard: GuardOptions;
  peers: Peers;
  operations: Operations;
  /** Who may do what; everybody everything, without it. */
  authority?: Authority | undefined;
  assetsDir?: string | undefined;
  /** For faults of our own. */
  onFault: (error: unknown) => void;
}

export function createApp(options: AppOptions): Hono<{ Bindings: HttpBindings }> {
  const { store, intake, forwarder, inFlight, live, tails, guard, peers, operations, authority } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const forbid = (path: string, message: string) => answer(path, 403, "forbidden", message);

  app.use(observeResponses(operations));
  app.use(async (context, next) => {
    await next();
    context.res.headers.set("x-content-type-options", "nosniff");
    context.res.headers.set("cross-origin-resource-policy", "same-origin");
    context.res.headers.set("cross-origin-opener-policy", "same-origin");
    // Whoever comes to this browser later shall not find what was asked for.
    if (!context.res.headers.has("cache-control")) context.res.headers.set("cache-control", "no-store");
    if (!context.res.headers.has("referrer-policy"))
      context.res.headers.set("referrer-policy", "no-referrer");
  });
  app.use(checkHost(guard, forbid));
  app.use(limitPeers(peers, answer));
  for (const family of ["/api/*", "/v1/*", "/client/*", "/metrics", "/login", "/logout"]) {
    app.use(family, checkOrigin(forbid));
  }
  if (authority) {
    const failed = ({ socket }: HttpBindings["incoming"]) => peers.failed(socket.remoteAddress);
    app.use(authorize(authority, { refuse: answer, failed }));
    app.route("/", loginRoutes(authority, { failed }));
  }

  app.route("/v1", otlpRoutes(intake, operations.meter));
  // What tracers tell each other is not in the store.
  app.route("/api/in-flight", inFlightRoutes(inFlight));
  app.route("/api/sent-messages", sentMessageRoutes());
  // Who has sent something and asks for it next finds it.
  for (const family of ["/api/*", "/client/*"]) {
    app.use(family, async (_, next) => {
      await intake.caughtUp();
      await next();
    });
  }
  app.get("/api/session", ({ env, json }) =>
    json<SessionResponse>({ isLoggedIn: authority !== undefined && sessionOf(env.incoming) !== undefined }),
  );
  app.route("/api", forwardRoutes(forwarder));
  app.route("/api", sqlRoutes(store));
  app.route(
    "/api",
    exportRoutes(store, () => intake.flush()),
  );
  app.route("/api", apiRoutes(store, live, inFlight));
  app.route("/client/v4", liveTailRoutes(tails));
  app.route("/client/v4", savedQueryRoutes(store));
  app.route("/client/v4", destinationRoutes(forwarder));
  app.route("/client/v4", telemetryRoutes(store));
  app.route("/", operationsRoutes(operations));
  // No more than that the process runs: who restarts it for a query that takes long has lost the others' too.
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  if (options.assetsDir !== undefined) app.use(assets(options.assetsDir));

  app.notFound((context) =>
    answer(context.req.path, 404, "not_found", `There is nothing at ${context.req.path}.`),
  );
  app.onError((error, context) => {
    const { path } = context.req;
    if (error instanceof QueryFault) return answer(path, 400, "invalid_query", error.message);
    if (error instanceof SearchError) {
      const { message, range, expected } = error;
      return context.json<ApiError>({ error: { code: "invalid_search", message, range, expected } }, 400);
    }
    if (error instanceof BodyError) return answer(path, error.status, "invalid_body", error.message);
    if (error instanceof ApiFault) return answer(path, error.status, error.code, error.message);
    if (error instanceof StoreQueryError) {
      return answer(path, QUERY_STATUS[error.code] ?? 400, error.code, error.message);
    }
    if (error instanceof StoreUnavailableError) return answer(path, 503, "store_unavailable", error.message);
    options.onFault(error);
    return answer(
      path,
      500,
      "internal",
      "The server failed at this request; its log says more. This is a fault of ours.",
    );
  });
  return app;
}

/** Of query errors that are not the fault of the query's text. */
const QUERY_STATUS: Partial<Record<QueryErrorCode, number>> = { timeout: 503, trace_too_large: 413 };

const RPC_CODE: Readonly<Record<number, number>> = {
  401: RpcCode.UNAUTHENTICATED,
  403: RpcCode.PERMISSION_DENIED,
  404: RpcCode.UNIMPLEMENTED,
  429: RpcCode.UNAVAILABLE,
  500: RpcCode.INTERNAL,
  503: RpcCode.UNAVAILABLE,
};

/** An error in the words of the routes that `path` belongs to. */
function answer(path: string, status: number, code: string, message: string, headers: object = {}): Response {
  const retry: Record<string, string> = status === 503 || status === 429 ? { "retry-after": "1" } : {};
  const body = path.startsWith("/v1/")
    ? encodeStatusJson(RPC_CODE[status] ?? RpcCode.INVALID_ARGUMENT, message)
    : JSON.stringify(path.startsWith("/client/") ? failure(status, message) : apiError(code, message));
  return new Response(body, {
    status,
    headers: { "content-type": "application/json", ...retry, ...headers },
  });
}

// Our own routes under /api, as contract.ts describes them: the trace list, one trace, services, live changes.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import type { InFlight } from "../in-flight/in-flight.ts";
import { withInFlight } from "../in-flight/views.ts";
import type { Store } from "../store/store.ts";
import type { ServicesResponse } from "./contract.ts";
import type { Live } from "./live.ts";
import { OPENAPI } from "./openapi.ts";
import { ApiFault, parsed } from "./parameters.ts";
import { searchRoutes } from "./search-routes.ts";
import { serviceMapRoutes } from "./service-map-routes.ts";
import { traceListRoutes } from "./trace-list-routes.ts";
import { wireTrace } from "./wire-trace.ts";

const traceIdParameter = z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits");

export function apiRoutes(store: Store, live: Live, inFlight: InFlight): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.route("/traces", traceListRoutes(store, inFlight));

  routes.get("/traces/:traceId", async (context) => {
    const traceId = parsed(traceIdParameter, context.req.param("traceId"), "traceId").toLowerCase();
    const trace = withInFlight(await store.getTrace(traceId), inFlight.of(traceId));
    if (!trace) throw new ApiFault(404, "trace_not_found", `Nothing is stored of trace ${traceId}.`);
    const pieces = await wireTrace(traceId, trace);
    // The length is told: the page does not read what is too large for it.
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    return context.body(streamOf(pieces), 200, {
      "content-type": "application/json",
      "content-length": String(length),
    });
  });

  routes.get("/services", async (context) => {
    const services = await store.listServices();
    return context.json<ServicesResponse>({
      services: services.map(({ name, lastSeenUnixNano }) => ({
        name,
        lastSeenUnixNano: String(lastSeenUnixNano),
      })),
    });
  });

  routes.get("/live", (context) => {
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    // HEAD comes here as well, and nobody would read or end its stream.
    if (context.req.method === "HEAD") return context.body(null, 200, headers);
    return context.body(live.stream(), 200, headers);
  });

  routes.route("/search", searchRoutes(store));
  routes.route("/services", serviceMapRoutes(store));
  routes.get("/openapi.json", (context) => context.json(OPENAPI));

  routes.all("*", (context) => {
    throw new ApiFault(
      404,
      "not_found",
      `There is no ${context.req.method} ${context.req.path}; see /api/openapi.json.`,
    );
  });
  return routes;
}

/** Nothing is copied: each piece goes out when the connection has room. */
function streamOf(pieces: readonly Buffer<ArrayBuffer>[]): ReadableStream {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = pieces[next++];
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
}

// Our own routes under /api, as contract.ts describes them: the trace list, one trace, services, live changes.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import type { InFlight } from "../in-flight/in-flight.ts";
import { listWithInFlight, withInFlight } from "../in-flight/views.ts";
import { searchConditions } from "../query/search/index.ts";
import { ALL_TIME, type Condition } from "../store/filter.ts";
import type { Store, TraceListQuery, TracePosition } from "../store/store.ts";
import type { ServicesResponse, TraceListResponse } from "./contract.ts";
import { inFlightRoutes } from "./in-flight-routes.ts";
import type { Live } from "./live.ts";
import { OPENAPI } from "./openapi.ts";
import { ApiFault, parsed } from "./parameters.ts";
import { searchRoutes } from "./search-routes.ts";
import { sentMessageRoutes } from "./sent-message-routes.ts";
import { serviceMapRoutes } from "./service-map-routes.ts";
import { wireSummary, wireTrace } from "./wire-trace.ts";

const MAX_TRACES = 1000;

const listParameters = z.object({
  limit: z.coerce
    .number(`must be a number from 1 to ${MAX_TRACES}`)
    .int()
    .min(1)
    .max(MAX_TRACES)
    .default(100),
  before: z
    .string()
    .regex(
      /^\d{1,19}(-[0-9a-fA-F]{32})?$/,
      "must be nanoseconds since 1970 as decimal digits, with or without -<traceId> of the last trace seen",
    )
    .transform((text): TracePosition => {
      const [nanos, traceId] = text.split("-") as [string, string?];
      return { startUnixNano: BigInt(nanos), ...(traceId && { traceId: traceId.toLowerCase() }) };
    })
    .refine(({ startUnixNano }) => startUnixNano < ALL_TIME.toUnixNano, "must be below 2^63")
    .optional(),
  service: z.string().min(1, "must not be empty").optional(),
  search: z.string().optional(),
});

const traceIdParameter = z.string().regex(/^[0-9a-fA-F]{32}$/, "must be 32 hex digits");

export function apiRoutes(store: Store, live: Live, inFlight: InFlight): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.get("/traces", async (context) => {
    const { limit, before, service, search } = parsed(listParameters, context.req.query());
    const conditions = [
      ...(service === undefined ? [] : [ofService(service)]),
      ...(search?.trim() ? [searchConditions(search)] : []),
    ];
    const query: TraceListQuery = {
      limit,
      ...(before && { before }),
      ...(conditions.length > 0 && { where: { ...ALL_TIME, conditions: { combine: "all", conditions } } }),
    };
    const rows = await store.listTraces(query);
    // What is searched for, and pages that come later, are of what is stored.
    const isNewest = before === undefined && !search?.trim();
    const traces = isNewest
      ? listWithInFlight({ rows, limit, service }, inFlight.all(), BigInt(Date.now()) * 1_000_000n)
      : rows;
    return context.json<TraceListResponse>({ traces: traces.map(wireSummary) });
  });

  routes.get("/traces/:traceId", async (context) => {
    const traceId = parsed(traceIdParameter, context.req.param("traceId"), "traceId").toLowerCase();
    const trace = withInFlight(await store.getTrace(traceId), inFlight.of(traceId));
    if (!trace) throw new ApiFault(404, "trace_not_found", `Nothing is stored of trace ${traceId}.`);
    return context.json(wireTrace(traceId, trace));
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
  routes.route("/in-flight", inFlightRoutes(inFlight));
  routes.route("/sent-messages", sentMessageRoutes());
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

const ofService = (value: string): Condition => ({
  field: { property: "service" },
  operation: "eq",
  type: "string",
  value,
});

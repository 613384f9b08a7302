// GET /api/destinations: where telemetry goes on to, and how that is going.

import { Hono } from "hono";
import type { Forwarder } from "../forward/forwarder.ts";
import type { DestinationsResponse } from "./contract.ts";

export function forwardRoutes(forwarder: Forwarder): Hono {
  const routes = new Hono();
  routes.get("/destinations", (context) =>
    context.json<DestinationsResponse>({
      destinations: forwarder.list().map(({ slug, sender, services }) => {
        const { name, enabled, urls, source, services: configured } = sender.destination;
        const { lastSentMs, lastFailureMs, ...status } = sender.status;
        return {
          name,
          slug,
          enabled,
          source,
          ...(urls.traces && { tracesUrl: urls.traces }),
          ...(urls.logs && { logsUrl: urls.logs }),
          services: configured === "all" ? "all" : services,
          ...status,
          ...(lastSentMs !== undefined && { lastSentUnixMs: lastSentMs }),
          ...(lastFailureMs !== undefined && { lastFailureUnixMs: lastFailureMs }),
        };
      }),
    }),
  );
  return routes;
}

// Live tail as Cloudflare's clients ask for it: one request prepares a tail and says where its WebSocket is, heartbeats
// keep it. The WebSocket itself is accepted in upgrade.ts, after its request has passed the guards on the way to here.

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { LiveTails } from "../query/live-tail.ts";
import { failure, jsonOf, success, TELEMETRY } from "./telemetry-routes.ts";

const LIVE_TAIL = `${TELEMETRY}/live-tail`;

export function liveTailRoutes(tails: LiveTails): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();

  routes.post(LIVE_TAIL, async (context) => {
    const id = await tails.prepare(context.req.param("accountId"), await jsonOf(context.env));
    // Where the caller has reached us, which a proxy may have named.
    const { host, pathname } = new URL(context.req.url);
    return context.json(success({ wsUrl: `ws://${host}${pathname}/${id}` }));
  });

  routes.post(`${LIVE_TAIL}/heartbeat`, async (context) => {
    const kept = tails.heartbeat(context.req.param("accountId"), await jsonOf(context.env));
    return context.json(success({ tails: kept }));
  });

  routes.get(`${LIVE_TAIL}/:tailId`, (context) => {
    if (tails.has(context.req.param("tailId"))) {
      const message = "This is a live tail's WebSocket; connect to it with a WebSocket client.";
      return context.json(failure(426, message), 426, { upgrade: "websocket" });
    }
    return context.json(
      failure(404, "There is no such live tail; it has expired, or prepare one first."),
      404,
    );
  });
  return routes;
}

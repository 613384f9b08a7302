// /api/sent-messages: tracers tell of what they have sent to queues, and ask who has sent what they are given.
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { z } from "zod";
import { SentMessages } from "../messages/sent-messages.ts";
import { readJson } from "./json-body.ts";
import { parsed } from "./parameters.ts";

/** A tracer reads no more of an answer than 64 KiB. */
const MAX_ANSWERED = 200;
const MAX_TOLD = 1_000;

const text = z.string().max(64);
const sentMessage = z.object({
  key: text,
  outline: text,
  from: z.int(),
  until: z.int(),
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  traceState: z.string().max(512),
});
const telling = z.object({ sent: z.array(sentMessage).max(MAX_TOLD) });
const asking = z.object({ outlines: z.array(text).max(MAX_TOLD) });

export function sentMessageRoutes(): Hono<{ Bindings: HttpBindings }> {
  const messages = new SentMessages();
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.post("/", async (context) => {
    messages.add(parsed(telling, await readJson(context.env.incoming)).sent);
    return context.body(null, 204);
  });
  routes.post("/search", async (context) => {
    const { outlines } = parsed(asking, await readJson(context.env.incoming));
    return context.json({ sent: messages.like(new Set(outlines), MAX_ANSWERED) });
  });
  return routes;
}

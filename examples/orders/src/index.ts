// An order service: who asks, what did they order, what does it cost, tell them. Everything it does with the platform is
// traced by itself; the spans that it opens name the steps of its own logic.
import { tracing } from "cloudflare:workers";
import { authenticate } from "./auth.ts";
import type { Env } from "./env.ts";
import { notifyCustomer } from "./notify.ts";
import { readOrder, seed } from "./orders.ts";
import { priceOf } from "./pricing.ts";

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (request.method === "POST" && url.pathname === "/seed") return seed(env);

    const orderId = /^\/orders\/(\d+)$/.exec(url.pathname)?.[1];
    if (orderId === undefined)
      return Response.json({ error: "GET or POST /orders/<number>" }, { status: 404 });

    return tracing.enterSpan("handleOrder", async (span) => {
      span.setAttribute("order.id", orderId);

      const user = await authenticate(request, env);
      if (user === undefined) return Response.json({ error: "who are you?" }, { status: 401 });
      span.setAttribute("user.plan", user.plan);

      const order = await readOrder(orderId, env);
      if (order === undefined) {
        console.warn("no such order", { orderId, user: user.name });
        return Response.json({ error: "no such order" }, { status: 404 });
      }

      const total = priceOf(order, user);
      console.log("order priced", { orderId, items: order.items.length, total });

      if (request.method === "POST") {
        await notifyCustomer(order, env);
        ctx.waitUntil(
          tracing.enterSpan("rememberLastOrder", () => env.ORDERS_KV.put(`last:${user.name}`, orderId)),
        );
      }
      return Response.json({ orderId, customer: user.name, total });
    });
  },
} satisfies ExportedHandler<Env>;

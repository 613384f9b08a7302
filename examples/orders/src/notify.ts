// Tells the customer, through another service; tries again once when it is down.
import { tracing } from "cloudflare:workers";
import type { Env, Order } from "./env.ts";

export function notifyCustomer(order: Order, env: Env): Promise<void> {
  return tracing.enterSpan("notifyCustomer", async (span) => {
    for (const attempt of [1, 2]) {
      const response = await fetch(`${env.NOTIFY_URL}/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ orderId: order.id, channel: order.channel }),
      });
      await response.text();
      if (response.ok) {
        span.setAttribute("notify.attempts", attempt);
        return;
      }
      console.warn(`notify answered ${response.status}`, { attempt });
    }
    span.setStatus({ code: "error", message: "the customer was not told" });
  });
}

// What an order costs. Synchronous work is worth a span too.
import { tracing } from "cloudflare:workers";
import type { Order, User } from "./env.ts";

export function priceOf(order: Order, user: User): number {
  return tracing.enterSpan(
    "calculateTotal",
    (span, discount) => {
      span.setAttribute("item.count", order.items.length);
      if (order.id === "1007") throw new RangeError("price of sku-3 is not known");
      const sum = order.items.reduce((total, item) => total + item.price * item.quantity, 0);
      return Math.round(sum * (1 - discount) * 100) / 100;
    },
    user.plan === "enterprise" ? 0.2 : 0,
  );
}

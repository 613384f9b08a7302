// The program under test: it knows nothing of tests, nor of us.
import { tracing } from "cloudflare:workers";

export interface Env {
  ORDERS_KV: Pick<KVNamespace, "get">;
}

interface Order {
  items: { price: number }[];
}

export async function handleOrder(env: Env, orderId: string): Promise<Response> {
  return tracing.enterSpan("handleOrder", async (span) => {
    span.setAttribute("order.id", orderId);

    const order = await env.ORDERS_KV.get<Order>(orderId, "json");
    if (order === null) return new Response("no such order", { status: 404 });

    const total = tracing.enterSpan("calculateTotal", (innerSpan) => {
      innerSpan.setAttribute("item.count", order.items.length);
      return order.items.reduce((sum, item) => sum + item.price, 0);
    });

    await fetch("https://api.example.com/notify", {
      method: "POST",
      body: JSON.stringify({ orderId, total }),
    });

    return new Response(JSON.stringify({ orderId, total }));
  });
}

// "Nested spans" of the documentation, unchanged, behind a route that stores the order first.
import { env as bindings, tracing } from "cloudflare:workers";

/** The documentation's host does not answer here. */
const fetch: typeof globalThis.fetch = (input, init) =>
  globalThis.fetch(String(input).replace("https://api.example.com", bindings.UPSTREAM), init);

// biome-ignore-start lint/suspicious/noExplicitAny: the documentation's own text
async function handleOrder(env: Env, orderId: string) {
  return tracing.enterSpan("handleOrder", async (span) => {
    span.setAttribute("order.id", orderId);

    // This KV read is automatically a child of "handleOrder"
    const order = await env.ORDERS_KV.get(orderId, "json");

    // This nested span is also a child of "handleOrder"
    const total = tracing.enterSpan("calculateTotal", (innerSpan) => {
      innerSpan.setAttribute("item.count", order.items.length);
      return order.items.reduce((sum: number, item: any) => sum + item.price, 0);
    });

    // This fetch is a child of "handleOrder"
    await fetch("https://api.example.com/notify", {
      method: "POST",
      body: JSON.stringify({ orderId, total }),
    });

    return new Response(JSON.stringify({ orderId, total }));
  });
}
// biome-ignore-end lint/suspicious/noExplicitAny: as above

export default {
  async fetch(request, env) {
    if (request.method === "POST") {
      await env.ORDERS_KV.put("order-7", await request.text());
      return new Response("stored");
    }
    return handleOrder(env, new URL(request.url).pathname.slice(1));
  },
} satisfies ExportedHandler<Env>;

// Orders: the document in KV, the stock of its items in D1, read at the same time.
import { tracing } from "cloudflare:workers";
import type { Env, Order } from "./env.ts";

export function readOrder(orderId: string, env: Env): Promise<Order | undefined> {
  return tracing.enterSpan("readOrder", async () => {
    const [order, lines] = await Promise.all([
      env.ORDERS_KV.get<Order>(`order:${orderId}`, "json"),
      env.DB.prepare("SELECT sku, in_stock FROM stock WHERE order_id = ?").bind(orderId).all(),
    ]);
    if (order === null) return undefined;
    tracing.getActiveSpan()?.setAttribute("order.lines", lines.results.length);
    return order;
  });
}

/** Makes the data that the demo asks for; doing it again changes nothing. */
export async function seed(env: Env): Promise<Response> {
  await env.DB.batch([
    env.DB.prepare("CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, plan TEXT)"),
    env.DB.prepare(
      "CREATE TABLE IF NOT EXISTS stock (order_id TEXT, sku TEXT, in_stock INTEGER, PRIMARY KEY (order_id, sku))",
    ),
    env.DB.prepare("INSERT OR REPLACE INTO users VALUES ('ada', 'enterprise'), ('bob', 'free')"),
  ]);
  const ids = [1001, 1002, 1007, 1013, 1042];
  for (const id of ids) {
    const items = Array.from({ length: (id % 4) + 1 }, (_, i) => ({
      sku: `sku-${i}`,
      price: 5 + i * 3,
      quantity: i + 1,
    }));
    const order: Order = { id: String(id), channel: id % 2 === 0 ? "email" : "sms", items };
    await env.ORDERS_KV.put(`order:${id}`, JSON.stringify(order), { metadata: { items: items.length } });
    await env.DB.batch(
      items.map(({ sku }) =>
        env.DB.prepare("INSERT OR REPLACE INTO stock VALUES (?, ?, ?)").bind(String(id), sku, 10),
      ),
    );
  }
  await Promise.all([
    env.ORDERS_KV.put("session:ada-token", "ada"),
    env.ORDERS_KV.put("session:bob-token", "bob"),
  ]);
  return Response.json({ orders: ids });
}

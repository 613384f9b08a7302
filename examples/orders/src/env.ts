// What the Wrangler file binds, and what is kept there.

export interface Env {
  ORDERS_KV: KVNamespace;
  DB: D1Database;
  NOTIFY_URL: string;
}

export interface Item {
  sku: string;
  price: number;
  quantity: number;
}

export interface Order {
  id: string;
  channel: "email" | "sms";
  items: Item[];
}

export interface User {
  name: string;
  plan: "free" | "enterprise";
}

import type { Declaration } from "../../case.ts";

export default {
  bindings: { kv: ["ORDERS_KV"], upstream: true },
  requests: [
    {
      path: "/",
      method: "POST",
      body: '{"items":[{"price":2},{"price":40}]}',
      headers: { "content-type": "text/plain" },
    },
    "/order-7",
  ],
} satisfies Declaration;

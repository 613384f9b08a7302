// The Worker's bindings, as the tests have them.
import { kvSpans } from "@enterspan/tracing/testing";
import type { Env } from "../src/orders.ts";

const ORDERS: Record<string, unknown> = { "17": { items: [{ price: 2 }, { price: 3 }] } };

export function makeEnv(): Env {
  const fake = { get: async (id: string) => ORDERS[id] ?? null };
  return { ORDERS_KV: kvSpans(fake, "ORDERS_KV") as Env["ORDERS_KV"] };
}

// Prisma's D1 adapter, with its query compiler in WebAssembly.
import { PrismaD1 } from "@prisma/adapter-d1";
import { PrismaClient } from "../generated/client";

export default {
  async fetch(_request, env) {
    await env.D1.exec(
      `CREATE TABLE IF NOT EXISTS "Order" (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL)`,
    );
    await env.D1.exec(
      `CREATE TABLE IF NOT EXISTS Item (id INTEGER PRIMARY KEY AUTOINCREMENT, price INTEGER NOT NULL, orderId INTEGER NOT NULL REFERENCES "Order" (id))`,
    );
    const prisma = new PrismaClient({ adapter: new PrismaD1(env.D1) });
    const created = await prisma.order.create({
      data: { title: "first", items: { create: [{ price: 2 }, { price: 3 }] } },
      include: { items: true },
    });
    const sum = await prisma.item.aggregate({ _sum: { price: true } });
    const found = await prisma.order.findMany({ where: { items: { some: { price: { gt: 2 } } } } });
    const failure = await prisma.order
      .update({ where: { id: 99 }, data: { title: "none" } })
      .catch((error: { code: string }) => error.code);
    return Response.json({ created, sum, found, failure });
  },
} satisfies ExportedHandler<{ D1: D1Database }>;

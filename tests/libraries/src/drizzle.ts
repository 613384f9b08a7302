// Drizzle on D1: its own prepared statements, batches, relations and the errors of the database.
import { eq, relations, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const orders = sqliteTable("orders", { id: integer().primaryKey(), title: text().notNull() });
const items = sqliteTable("items", {
  id: integer().primaryKey(),
  orderId: integer("order_id").notNull(),
  price: integer().notNull(),
});
const ordersRelations = relations(orders, ({ many }) => ({ items: many(items) }));
const itemsRelations = relations(items, ({ one }) => ({
  order: one(orders, { fields: [items.orderId], references: [orders.id] }),
}));
const schema = { orders, items, ordersRelations, itemsRelations };

export default {
  async fetch(_request, env) {
    const db = drizzle(env.D1, { schema });
    await db.run(sql`CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, title TEXT NOT NULL)`);
    await db.run(
      sql`CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, price INTEGER NOT NULL)`,
    );
    const inserted = await db.insert(orders).values({ title: "first" }).returning();
    const [more, all] = await db.batch([
      db
        .insert(items)
        .values([
          { orderId: 1, price: 2 },
          { orderId: 1, price: 3 },
        ])
        .returning(),
      db.select().from(items),
    ]);
    const related = await db.query.orders.findMany({ with: { items: true } });
    const one = await db.query.orders.findFirst({ where: eq(orders.id, 1) });
    const joined = await db.select().from(orders).innerJoin(items, eq(items.orderId, orders.id));
    const prepared = db
      .select()
      .from(items)
      .where(eq(items.id, sql.placeholder("id")))
      .prepare();
    const third = await prepared.execute({ id: 3 });
    const failure = await db
      .run(sql`SELECT * FROM nowhere`)
      .catch((error: Error) => String(error.cause ?? error));
    return Response.json({ inserted, more, all, related, one, joined, third, failure });
  },
} satisfies ExportedHandler<{ D1: D1Database }>;

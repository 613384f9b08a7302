// Prepared statements: all, run, first, raw.
export default {
  async fetch(_request, env) {
    const { DB } = env;
    await DB.prepare("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)").run();
    const inserted = await DB.prepare("INSERT INTO users (name, age) VALUES (?, ?)").bind("ann", 30).run();
    await DB.prepare("INSERT INTO users (name, age) VALUES (?, ?)").bind("bob", null).all();
    const all = DB.prepare("SELECT * FROM users");
    return Response.json([
      inserted.success,
      (await all.all()).results,
      (await DB.prepare("SELECT * FROM users WHERE id = ?1").bind(1).all()).results,
      (await all.run()).results,
      await all.first(),
      await all.first("name"),
      await DB.prepare("SELECT * FROM users WHERE id = 99").first(),
      await all.raw(),
      await all.raw({ columnNames: true }),
      (await DB.prepare("UPDATE users SET age = 31 WHERE name = ?").bind("ann").run()).meta.changes,
      (await DB.prepare("DELETE FROM users").run()).meta.changes,
    ]);
  },
} satisfies ExportedHandler<Env>;

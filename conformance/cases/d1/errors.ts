// Statements that SQLite or the binding refuses; the error stays the binding's own.
import { tracing } from "cloudflare:workers";

async function refused(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error instanceof Error ? [error.name, error.message, String(error.cause)] : error;
  }
}

export default {
  async fetch(_request, env) {
    const { DB } = env;
    await DB.exec("CREATE TABLE users (id INTEGER PRIMARY KEY)");
    await DB.exec("INSERT INTO users VALUES (1)");
    const missing = DB.prepare("SELECT * FROM missing");
    const calls: Record<string, () => Promise<unknown>> = {
      syntax: () => DB.prepare("SELEC 1").all(),
      all: () => missing.all(),
      run: () => missing.run(),
      first: () => missing.first(),
      raw: () => missing.raw(),
      column: () => DB.prepare("SELECT * FROM users").first("no such column"),
      constraint: () => DB.prepare("INSERT INTO users VALUES (1)").run(),
      batch: () => DB.batch([DB.prepare("INSERT INTO users VALUES (2)"), missing]),
      emptyBatch: () => DB.batch([]),
      exec: () => DB.exec("SELECT * FROM missing"),
      parameters: () => DB.prepare("SELECT ?, ?").bind(1).all(),
      empty: () => DB.prepare("").all(),
      undefinedBound: async () => DB.prepare("SELECT ?").bind(undefined).all(),
    };
    const results: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls)) {
      results[name] = await tracing.enterSpan(name, () => refused(call));
    }
    const { results: rows } = await DB.prepare("SELECT count(*) AS count FROM users").all();
    return Response.json({ ...results, rowsAfterRollback: rows });
  },
} satisfies ExportedHandler<Env>;

// Statements that SQLite or the binding refuses; the error stays the binding's own.
async function refused(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error instanceof Error ? [error.message, String(error.cause)] : error;
  }
}

export default {
  async fetch(_request, env) {
    const { DB } = env;
    await DB.exec("CREATE TABLE users (id INTEGER PRIMARY KEY)");
    await DB.exec("INSERT INTO users VALUES (1)");
    const missing = DB.prepare("SELECT * FROM missing");
    return Response.json({
      syntax: await refused(() => DB.prepare("SELEC 1").all()),
      all: await refused(() => missing.all()),
      run: await refused(() => missing.run()),
      first: await refused(() => missing.first()),
      raw: await refused(() => missing.raw()),
      constraint: await refused(() => DB.prepare("INSERT INTO users VALUES (1)").run()),
      batch: await refused(() => DB.batch([DB.prepare("INSERT INTO users VALUES (2)"), missing])),
      exec: await refused(() => DB.exec("SELECT * FROM missing")),
      parameters: await refused(() => DB.prepare("SELECT ?, ?").bind(1).all()),
      empty: await refused(() => DB.prepare("").all()),
      undefinedBound: await refused(async () => DB.prepare("SELECT ?").bind(undefined).all()),
      rolledBack: (await DB.prepare("SELECT count(*) AS count FROM users").all()).results,
    });
  },
} satisfies ExportedHandler<Env>;

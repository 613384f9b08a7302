// Several statements in one call: batch and exec.
export default {
  async fetch(_request, env) {
    const { DB } = env;
    const created = await DB.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)");
    const inserted = await DB.exec(
      "INSERT INTO notes (text) VALUES ('one');\nINSERT INTO notes (text) VALUES ('two');",
    );
    const batch = await DB.batch([
      DB.prepare("INSERT INTO notes (text) VALUES (?)").bind("three"),
      DB.prepare("SELECT count(*) AS count FROM notes"),
      DB.prepare("UPDATE notes SET text = 'changed'"),
    ]);
    const one = await DB.batch([DB.prepare("SELECT 1 AS one")]);
    return Response.json([
      created.count,
      inserted.count,
      batch.map(({ results, meta }) => [results, meta.changes]),
      one.map(({ results }) => results),
    ]);
  },
} satisfies ExportedHandler<Env>;

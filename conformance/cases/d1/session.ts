// Statements of a session carry its bookmarks.
export default {
  async fetch(_request, env) {
    const session = env.DB.withSession("first-primary");
    await session.prepare("CREATE TABLE notes (text TEXT)").run();
    await session.batch([session.prepare("INSERT INTO notes VALUES ('one')")]);
    const first = await session.prepare("SELECT * FROM notes").first();
    const unconstrained = await env.DB.withSession().prepare("SELECT * FROM notes").raw();
    return Response.json([first, unconstrained, typeof session.getBookmark()]);
  },
} satisfies ExportedHandler<Env>;

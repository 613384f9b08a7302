// Errors that leave the handler, thrown and rejected.
class Custom extends Error {
  override name = "Custom";
}

export default {
  async fetch(request) {
    if (new URL(request.url).pathname === "/thrown") throw new TypeError("thrown by the handler");
    await scheduler.wait(1);
    throw new Custom("rejected by the handler");
  },
} satisfies ExportedHandler;

// Errors that leave the handler, and an answer that is none.
class Custom extends Error {
  override name = "Custom";
}

export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/thrown":
        throw new TypeError("thrown by the handler");
      case "/rejected":
        await scheduler.wait(1);
        throw new Custom("rejected by the handler");
      default:
        return undefined as unknown as Response;
    }
  },
} satisfies ExportedHandler;

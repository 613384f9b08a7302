// The status of the response, whatever it is.
export default {
  async fetch(request) {
    const status = Number(new URL(request.url).pathname.slice(1));
    return new Response(status === 204 ? null : `status ${status}`, { status });
  },
} satisfies ExportedHandler;

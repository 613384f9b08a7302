// Status and size of the answer, known or not, read or not; redirects are followed, one span each.
export default {
  async fetch(_request, env) {
    const read = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${env.UPSTREAM}${path}`, init);
      return [response.status, await response.text()];
    };
    const unread = await fetch(`${env.UPSTREAM}/unread`);
    const answers = [
      await read("/status/404"),
      await read("/status/500"),
      await read("/chunked"),
      await read("/head", { method: "HEAD" }),
      await read("/redirect"),
      await read("/redirect", { redirect: "manual" }),
      await read("/redirect", { method: "POST", body: "dropped" }),
    ];
    return Response.json([unread.status, ...answers]);
  },
} satisfies ExportedHandler<Env>;

// Status and size of the answer, known or not, read or not.
export default {
  async fetch(_request, env) {
    const read = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${env.UPSTREAM}${path}`, init);
      return [response.status, await response.text()];
    };
    const unread = await fetch(`${env.UPSTREAM}/unread`);
    return Response.json([
      unread.status,
      await read("/status/404"),
      await read("/status/500"),
      await read("/chunked"),
      await read("/head", { method: "HEAD" }),
      await read("/redirect", { redirect: "manual" }),
    ]);
  },
} satisfies ExportedHandler<Env>;

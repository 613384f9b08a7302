// The incoming request passed on, as it is and as a new one; its answer passed back.
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/copy") {
      const copy = new Request(`${env.UPSTREAM}/copied`, request);
      copy.headers.set("x-copied", "yes");
      return fetch(copy);
    }
    return fetch(`${env.UPSTREAM}${url.pathname}`, request);
  },
} satisfies ExportedHandler<Env>;

// A form's boundary is chosen by the runtime; type and size of the body tell of it.
export default {
  async fetch(_request, env) {
    const form = new FormData();
    form.set("field", "value");
    return fetch(`${env.UPSTREAM}/json`, { method: "POST", body: form });
  },
} satisfies ExportedHandler<Env>;

// A form's boundary is chosen by the runtime; type and size of the body tell of it.
export default {
  async fetch(_request, env) {
    const form = new FormData();
    form.set("field", "value");
    const response = await fetch(`${env.UPSTREAM}/form`, { method: "POST", body: form });
    return new Response((await response.text()).replace(/-{2}.*/s, ""));
  },
} satisfies ExportedHandler<Env>;

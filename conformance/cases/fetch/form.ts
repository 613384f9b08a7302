// A form's boundary is chosen by the runtime, which alone knows its size.
export default {
  async fetch(_request, env) {
    const form = new FormData();
    form.set("field", "value");
    const response = await fetch(`${env.UPSTREAM}/form`, { method: "POST", body: form });
    return new Response((await response.text()).replace(/-{2}.*/s, ""));
  },
} satisfies ExportedHandler<Env>;

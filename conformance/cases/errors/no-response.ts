// A handler whose answer is none: the runtime says so in its place.
export default {
  async fetch() {
    return undefined as unknown as Response;
  },
} satisfies ExportedHandler;

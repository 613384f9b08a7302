// A handler that throws what is no Error.
export default {
  async fetch() {
    throw "a string";
  },
} satisfies ExportedHandler;

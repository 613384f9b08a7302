// Five methods are logs, each with its level.
export default {
  async fetch() {
    console.debug("debug");
    console.info("info");
    console.log("log");
    console.warn("warn");
    console.error("error");
    return new Response("ok");
  },
} satisfies ExportedHandler;

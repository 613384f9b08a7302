// Five methods are logs, each with its level; the console's other methods are not.
export default {
  async fetch() {
    console.debug("debug");
    console.info("info");
    console.log("log");
    console.warn("warn");
    console.error("error");
    console.trace("trace");
    console.dir({ dir: true });
    console.table([1]);
    console.assert(false, "assert");
    console.group("group");
    console.groupEnd();
    console.count("count");
    console.time("time");
    console.timeEnd("time");
    return new Response("ok");
  },
} satisfies ExportedHandler;

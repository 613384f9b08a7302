// The console's other methods are no logs, whatever they print through.
export default {
  async fetch() {
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

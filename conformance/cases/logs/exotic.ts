// Values that JSON cannot hold. The runtime loses most of them; we keep what there is to keep.
export default {
  async fetch() {
    const circular: Record<string, unknown> = { name: "circular" };
    circular.self = circular;
    console.log(undefined, null);
    console.log(Number.NaN, Number.POSITIVE_INFINITY, -0);
    console.log(5n);
    console.log(new Date(0), /pattern/g, new URL("http://host/path"));
    console.log(new Map([["key", 1]]), new Set(["item"]));
    console.log(circular);
    console.log({ toJSON: () => "by toJSON" });
    console.log({ error: new Error("nested in an object") });
    console.log();
    return new Response("ok");
  },
} satisfies ExportedHandler;

// Errors are logged with their type and message, alone and among other arguments.
export default {
  async fetch() {
    console.error(new Error("alone"));
    console.error("failed:", new TypeError("among others"), { after: true });
    console.log(new RangeError("first"), new SyntaxError("second"));
    console.log("not thrown", new Error("with cause", { cause: new Error("why") }));
    return new Response("ok");
  },
} satisfies ExportedHandler;

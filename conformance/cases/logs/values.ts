// Arguments are kept as values, each with its type, and are taken when they are printed.
export default {
  async fetch() {
    console.log("text", 1, 1.5, true, false);
    console.log("");
    console.log(42);
    console.log({ id: 7, tags: ["a", "b"], nested: { deep: { deeper: true } } });
    console.log([1, "two", [3]]);
    console.log("no %s formatting", "here");
    console.log("unicode", "żółć 👩‍💻");
    const changing = { state: "printed" };
    console.log(changing);
    changing.state = "changed";
    return new Response("ok");
  },
} satisfies ExportedHandler;

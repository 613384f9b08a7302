// A streaming tail worker that looks at nothing: what the runtime's own tracing costs before anybody does something with it.
export default {
  tailStream() {
    return () => {};
  },
};

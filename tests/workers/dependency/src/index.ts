// A Worker whose dependency calls `tracing`, in a module that has a package.json of its own.
import { compute, madeAtStartUp } from "#a-library";

export default {
  async fetch() {
    return Response.json({ result: compute(21), madeAtStartUp });
  },
} satisfies ExportedHandler;

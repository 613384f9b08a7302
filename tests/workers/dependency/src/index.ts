// A Worker whose dependency calls `tracing`, here through an alias of the configuration as bundlers resolve packages.
import { compute, madeAtStartUp } from "a-library";

export default {
  async fetch() {
    return Response.json({ result: compute(21), madeAtStartUp });
  },
} satisfies ExportedHandler;

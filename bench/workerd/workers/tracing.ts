// The program as its author writes it, on `cloudflare:workers`: run as it is, it is the runtime's own tracing; under our
// entry, which enterspan.ts stands for, it is ours.
import { tracing } from "cloudflare:workers";
import { handlerOf } from "./request.ts";

export default handlerOf({
  sync(count) {
    for (let i = 0; i < count; i++) {
      tracing.enterSpan("span", (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
      });
    }
  },
  async async(count) {
    for (let i = 0; i < count; i++) {
      await tracing.enterSpan("span", async (span) => {
        span.setAttribute("user.plan", "enterprise").setAttribute("item.count", i);
      });
    }
  },
});

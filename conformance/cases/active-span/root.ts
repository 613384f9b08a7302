// The root span is renamed, failed and given exceptions as any other.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const root = tracing.getActiveSpan();
    root?.updateName("checkout");
    root?.setStatus({ code: "error", message: "out of stock" });
    root?.recordException(new Error("nothing left"));
    root?.setAttributes({ "order.id": 7 });
    return new Response("ok");
  },
} satisfies ExportedHandler;

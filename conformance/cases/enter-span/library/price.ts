// A library of the case beside this folder: knows nothing of handlers.
import { tracing } from "cloudflare:workers";

export async function priceOf(items: string[]): Promise<number> {
  return tracing.enterSpan("priceOf", async (span) => {
    span.setAttribute("item.count", items.length);
    await scheduler.wait(1);
    return items.reduce((sum, item) => sum + tracing.enterSpan(`price ${item}`, () => item.length), 0);
  });
}

// Listeners of signals: one whose time is up, one that the program aborts, one that follows another.
import { tracing } from "cloudflare:workers";

export default {
  async fetch() {
    const timeout = AbortSignal.timeout(10);
    const controller = new AbortController();
    const either = AbortSignal.any([controller.signal, timeout]);
    const both = Promise.all(
      [timeout, either].map(
        (signal, at) =>
          new Promise<void>((resolve) => {
            signal.addEventListener("abort", () => tracing.enterSpan(`aborted ${at}`, () => resolve()));
          }),
      ),
    );
    controller.signal.addEventListener("abort", ({ type }) => {
      console.log(type);
      tracing.enterSpan("aborted by the program", () => {});
    });
    tracing.enterSpan("abort", () => controller.abort());
    await tracing.enterSpan("wait", () => both);
    return new Response(timeout.reason.name);
  },
} satisfies ExportedHandler;

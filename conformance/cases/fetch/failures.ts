// A request that fails on its way has a span; one that is never made has none.
import { tracing } from "cloudflare:workers";
import { attemptAsync } from "../attempt.ts";

const failing = (name: string, call: () => Promise<Response>) =>
  tracing.enterSpan(name, () => attemptAsync(call));

export default {
  async fetch(_request, env) {
    const aborting = new AbortController();
    return Response.json({
      reset: await failing("reset", () => fetch(`${env.UPSTREAM}/reset`)),
      aborted: await failing("aborted", () => {
        const pending = fetch(`${env.UPSTREAM}/slow`, { signal: aborting.signal });
        aborting.abort();
        return pending;
      }),
      timedOut: await failing("timed out", () =>
        fetch(`${env.UPSTREAM}/slow`, { signal: AbortSignal.timeout(5) }),
      ),
    });
  },
} satisfies ExportedHandler<Env>;

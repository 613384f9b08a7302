// A request that fails has a span; one that is never made has none.
import { attemptAsync } from "../attempt.ts";

export default {
  async fetch(_request, env) {
    const aborting = new AbortController();
    const bare = fetch as unknown as (...args: unknown[]) => Promise<Response>;
    return Response.json({
      reset: await attemptAsync(() => fetch(`${env.UPSTREAM}/reset`)),
      aborted: await attemptAsync(() => {
        const pending = fetch(`${env.UPSTREAM}/slow`, { signal: aborting.signal });
        aborting.abort();
        return pending;
      }),
      timedOut: await attemptAsync(() => fetch(`${env.UPSTREAM}/slow`, { signal: AbortSignal.timeout(5) })),
      abortedBefore: await attemptAsync(() =>
        fetch(`${env.UPSTREAM}/never`, { signal: AbortSignal.abort() }),
      ),
      invalidUrl: await attemptAsync(() => fetch("not a url")),
      invalidHeader: await attemptAsync(() =>
        fetch(`${env.UPSTREAM}/never`, { headers: { "bad header": "x" } }),
      ),
      getWithBody: await attemptAsync(() => fetch(`${env.UPSTREAM}/never`, { body: "x" })),
      noArgument: await attemptAsync(() => bare()),
      scheme: await attemptAsync(() => fetch("ftp://upstream/never")),
      data: await attemptAsync(async () => (await fetch("data:text/plain,hello")).text()),
    });
  },
} satisfies ExportedHandler<Env>;

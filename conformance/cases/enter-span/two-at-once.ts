// Two requests handled at once in one isolate never exchange spans or logs.
import { tracing } from "cloudflare:workers";

let waiting: (() => void) | undefined;

/** Resolves once two callers have come. */
async function meet(): Promise<void> {
  if (waiting === undefined) {
    await new Promise<void>((resolve) => {
      waiting = resolve;
      setTimeout(resolve, 500);
    });
  } else {
    waiting();
    waiting = undefined;
  }
}

export default {
  async fetch(request, env) {
    const who = new URL(request.url).searchParams.get("who");
    const answer = await tracing.enterSpan(`outer ${who}`, async (span) => {
      span.setAttribute("who", String(who));
      console.log(`before ${who}`);
      await meet();
      console.log(`between ${who}`);
      const [answer] = await Promise.all([
        tracing.enterSpan(`slow ${who}`, async () => {
          const response = await fetch(`${env.UPSTREAM}/slow?who=${who}`);
          console.log("answered", who);
          return response.text();
        }),
        tracing.enterSpan(`quick ${who}`, async () => scheduler.wait(1)),
      ]);
      return answer;
    });
    console.log(`after ${who}`);
    return new Response(answer);
  },
} satisfies ExportedHandler<Env>;

// Work that nobody awaits is the invocation's as long as it does not wait: for as many turns of promises as it takes.
import { tracing } from "cloudflare:workers";

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await null;
}

function work(count: number): Promise<void> {
  return tracing.enterSpan(`${count} turns`, async () => {
    await turns(count);
    tracing.enterSpan(`after ${count}`, () => console.log(count));
  });
}

function later(ctx: ExecutionContext, name: string): void {
  const waits = tracing.enterSpan(name, async () => {
    await scheduler.wait(3);
    tracing.enterSpan(`in ${name}`, () => {});
  });
  ctx.waitUntil(waits);
}

export default {
  async fetch(request, _env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/turns") for (const count of [1, 2, 3, 5, 10, 100]) void work(count);
    if (pathname === "/wait-until") {
      const first = scheduler.wait(1);
      ctx.waitUntil(first);
      void first.then(() => later(ctx, "at once"));
    }
    if (pathname === "/later") {
      const first = scheduler.wait(1);
      ctx.waitUntil(first);
      void first.then(() => turns(30)).then(() => later(ctx, "after 30 turns"));
    }
    return new Response("ok");
  },
} satisfies ExportedHandler;

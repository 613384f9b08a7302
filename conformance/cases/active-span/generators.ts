// The body of a generator runs in the span of whoever asks it for the next value, an asynchronous one's as well.
import { tracing } from "cloudflare:workers";

function mark(name: string): void {
  tracing.enterSpan(name, () => console.log(name));
}

function* numbers(): Generator<number> {
  mark("before one");
  yield 1;
  mark("before two");
  yield 2;
}

async function* numbersInTime(): AsyncGenerator<number> {
  mark("before one in time");
  yield 1;
  await scheduler.wait(1);
  mark("before two in time");
  yield 2;
}

export default {
  async fetch() {
    const iterator = tracing.enterSpan("makes one", () => numbers());
    tracing.enterSpan("asks first", () => iterator.next());
    tracing.enterSpan("asks again", () => iterator.next());
    const inTime = tracing.enterSpan("makes one in time", () => numbersInTime());
    await tracing.enterSpan("asks first in time", () => inTime.next());
    await tracing.enterSpan("asks again in time", () => inTime.next());
    await tracing.enterSpan("loops", async () => {
      for await (const number of numbersInTime()) mark(`body ${number}`);
    });
    const callback = tracing.enterSpan("is a callback", function* (span) {
      yield span.isTraced;
    });
    return Response.json([...callback]);
  },
} satisfies ExportedHandler;

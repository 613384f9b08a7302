// Async generators: what runs in one belongs to whoever asks for the next value, wherever it was made; also when it is left
// early or thrown into.
import { tracing } from "cloudflare:workers";

async function* numbers(kv: KVNamespace, count: number) {
  try {
    for (let n = 0; n < count; n++) {
      yield await tracing.enterSpan(`make ${n}`, async () => {
        await kv.put(`number ${n}`, "made");
        return n;
      });
    }
  } catch (error) {
    tracing.enterSpan("caught", () => console.log(String(error)));
    yield -1;
  } finally {
    await tracing.enterSpan("clean up", () => kv.delete("number 0"));
  }
}

export default {
  async fetch(_request, { KV }) {
    const seen: unknown[] = [];
    await tracing.enterSpan("to the end", async () => {
      for await (const n of numbers(KV, 2)) tracing.enterSpan(`use ${n}`, () => seen.push(n));
    });
    await tracing.enterSpan("left early", async () => {
      for await (const n of numbers(KV, 9)) {
        seen.push(n);
        if (n === 1) break;
      }
    });
    const generator = tracing.enterSpan("made here", () => numbers(KV, 5));
    await tracing.enterSpan("asked here", () => generator.next());
    await tracing.enterSpan("thrown into here", async () => {
      seen.push(await generator.throw(new Error("thrown in")), await generator.return());
    });
    return Response.json(seen);
  },
} satisfies ExportedHandler<Env>;

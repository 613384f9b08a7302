// Streams that methods return, by themselves, in a response and in an object, and one that is given to a method: their
// sources go on when the method is over.
import { tracing, WorkerEntrypoint } from "cloudflare:workers";

/** Of two chunks, whose making is a span each. */
function pulled(name: string): ReadableStream<Uint8Array> {
  let count = 0;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      await scheduler.wait(1);
      if (count === 2) controller.close();
      else
        tracing.enterSpan(`${name} ${++count}`, () => {
          console.log(name, count);
          controller.enqueue(new TextEncoder().encode(`${count} `));
        });
    },
  });
}

export class Source extends WorkerEntrypoint {
  async stream(): Promise<ReadableStream> {
    return tracing.enterSpan("make it", () => pulled("chunk"));
  }
  async response(): Promise<Response> {
    return new Response(pulled("part"), { status: 202 });
  }
  async written(): Promise<{ readable: ReadableStream }> {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const write = async () => {
      await scheduler.wait(1);
      await tracing.enterSpan("write", () => writer.write(new TextEncoder().encode("written")));
      await writer.close();
    };
    void write();
    return { readable };
  }
  async read(stream: ReadableStream): Promise<string> {
    return tracing.enterSpan("read it", () => new Response(stream).text());
  }
}

interface Stub {
  stream(): Promise<ReadableStream>;
  response(): Promise<Response>;
  written(): Promise<{ readable: ReadableStream }>;
  read(stream: ReadableStream): Promise<string>;
}

export default {
  async fetch(_request, env) {
    const source = env.SERVICE as unknown as Stub;
    const answers = [
      await tracing.enterSpan("a stream", async () => new Response(await source.stream()).text()),
      await tracing.enterSpan("a response", async () => {
        const response = await source.response();
        return [response.status, await response.text()];
      }),
      await tracing.enterSpan("in an object", async () =>
        new Response((await source.written()).readable).text(),
      ),
      await tracing.enterSpan("given", () => source.read(pulled("given"))),
    ];
    return Response.json(answers);
  },
} satisfies ExportedHandler<Env>;

// Streams of all kinds that cross, and what comes of them.
import { type Any, Mine } from "./lent.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Gives `count` chunks, each after a while. */
function chunks(count: number, last = (controller: ReadableByteStreamController) => controller.close()) {
  let n = 0;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      await scheduler.wait(1);
      if (n < count) controller.enqueue(encode(`chunk ${n++} `));
      else last(controller);
    },
  });
}
const failing = () =>
  chunks(1, (controller) => {
    controller.error(new Mine("in the stream"));
  });
export const streams: Record<string, () => unknown> = {
  bytes: () => chunks(3),
  endless: () => chunks(Number.POSITIVE_INFINITY),
  failing,
  failed: () => new ReadableStream({ start: (controller) => controller.error(new Mine("at once")) }),
  empty: () => new ReadableStream({ start: (controller) => controller.close() }),
  text: () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("no bytes");
        controller.close();
      },
    }),
  written() {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    void writer.write(encode("written")).then(() => writer.close());
    return readable;
  },
  native: () => chunks(2).pipeThrough(new IdentityTransformStream()),
  locked() {
    const stream = chunks(1);
    stream.getReader();
    return stream;
  },
  async begun() {
    const stream = chunks(3);
    const reader = stream.getReader();
    await reader.read();
    reader.releaseLock();
    return stream;
  },
  response: () => new Response(chunks(2), { status: 202, headers: { a: "b" } }),
  "failing response": () => new Response(failing()),
  "empty response": () => new Response(null, { status: 204 }),
  object: () => ({ list: [chunks(1)], response: new Response("text") }),
  twice() {
    const stream = chunks(1);
    return [stream, stream];
  },
};

/** What comes of a stream, or of what holds some. */
export async function drain(from: Any): Promise<unknown> {
  if (from instanceof ReadableStream) {
    let text = "";
    // The last of an endless one is given up.
    for await (const chunk of from) {
      text += new TextDecoder().decode(chunk);
      if (text.length > 50) break;
    }
    return text;
  }
  if (from instanceof Response) return [from.status, from.headers.get("a"), await from.text()];
  return Promise.all(Object.values(from).flat().map(drain));
}

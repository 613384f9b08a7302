// What can be known of a stream without touching it: how many bytes it will give, and whether they are there already.
// workerd shows lengths to inspectors under a symbol of its own on `ReadableStream.prototype`. Elsewhere the kind of a
// stream tells: Node makes byte streams of bodies in memory, and what a program makes is one only if it asks for that.

const lengthSymbol = Object.getOwnPropertySymbols(ReadableStream.prototype).find(
  ({ description }) => description === "length",
);

/** Whether `streamLength` can tell anything on this runtime. */
const knowsStreamLengths = lengthSymbol !== undefined;

const bodiesAreByteStreams = !knowsStreamLengths && isByteStream(new Response("x").body as ReadableStream);

/** Streams that came from `fetch`, which are byte streams too. */
const received = new WeakSet<ReadableStream>();

/** Bytes of a stream that the runtime has in memory or was told the length of; undefined for any other. */
export function streamLength(stream: ReadableStream): number | undefined {
  if (lengthSymbol === undefined) return undefined;
  const length = (stream as unknown as Record<symbol, unknown>)[lengthSymbol];
  return length === undefined || length === null ? undefined : Number(length);
}

/** Remembers the body of a response that `fetch` has given. */
export function noteReceived({ body }: Response): void {
  if (bodiesAreByteStreams && body !== null) received.add(body);
}

/**
 * Whether the runtime has the whole body, or knows its length, so that nobody need wait for it. False where the runtime
 * does not tell. On Node a program's own stream of `type: "bytes"` passes for one in memory.
 */
export function isInMemory(body: ReadableStream): boolean {
  if (knowsStreamLengths) return streamLength(body) !== undefined;
  return bodiesAreByteStreams && isByteStream(body) && !received.has(body);
}

function isByteStream(stream: ReadableStream): boolean {
  try {
    new ReadableStreamBYOBReader(stream).releaseLock();
    return true;
  } catch {
    return false;
  }
}

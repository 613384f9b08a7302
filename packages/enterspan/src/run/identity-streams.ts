// Streams of workerd's that Node lacks: both pass bytes on as they are, and the second one insists on how many.
import type { QueuingStrategy, Transformer } from "node:stream/web";

type Chunk = ArrayBuffer | ArrayBufferView;

/** `write` may throw on what it does not like, and `end` when too little has come. */
const passing = (write: (chunk: Uint8Array) => void, end = () => {}): Transformer<Chunk, Uint8Array> => ({
  transform(chunk, controller) {
    const bytes = bytesOf(chunk);
    write(bytes);
    // An empty chunk says nothing, and a reader would take it for one.
    if (bytes.byteLength > 0) controller.enqueue(bytes);
  },
  flush: end,
});

export class IdentityTransformStream extends TransformStream<Chunk, Uint8Array> {
  constructor(strategy?: QueuingStrategy<Chunk>) {
    super(
      passing(() => {}),
      strategy,
    );
  }
}

/** The length is checked as on workerd; a response with such a body is sent without telling it. */
export class FixedLengthStream extends TransformStream<Chunk, Uint8Array> {
  constructor(expectedLength: number | bigint, strategy?: QueuingStrategy<Chunk>) {
    let left = Number(expectedLength);
    super(
      passing(
        ({ byteLength }) => {
          left -= byteLength;
          if (left < 0) throw new TypeError("Attempt to write too many bytes through a FixedLengthStream.");
        },
        () => {
          if (left > 0)
            throw new TypeError("FixedLengthStream did not see all expected bytes before close().");
        },
      ),
      strategy,
    );
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError(
    "This TransformStream is being used as a byte stream, but received an object of non-ArrayBuffer/ArrayBufferView type on its writable side.",
  );
}

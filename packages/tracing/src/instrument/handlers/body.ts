// Learns when a streamed response body has left, without reading ahead, buffering or changing it.

import { isInMemory } from "../stream-length.ts";

export type BodyEnd = "sent" | "canceled" | { error: unknown };

/**
 * Calls `ended` when the body of `response` has left, been given up by the client, or failed; at once, and with the
 * response untouched, where there is no stream of the program's own to wait for: no body, one that the runtime has in
 * memory, or one passed through from `fetch`, whose bytes never enter JavaScript and should not.
 */
export function watchBody(response: Response, ended: (end: BodyEnd) => void): Response {
  const { body } = response;
  if (body !== null && response.url === "" && !response.bodyUsed) {
    const watched = watchStream(body, ended);
    return watched === body ? response : new Response(watched, response);
  }
  ended("sent");
  return response;
}

/** As `watchBody`, of a stream that is sent by itself. */
export function watchStream(stream: ReadableStream, ended: (end: BodyEnd) => void): ReadableStream {
  if (stream.locked || isInMemory(stream)) {
    ended("sent");
    return stream;
  }
  // An identity stream holds nothing back: a chunk is pulled when the one before it has been taken.
  const { readable, writable } = new TransformStream({}, { highWaterMark: 1 }, { highWaterMark: 0 });
  stream.pipeTo(writable).then(
    () => ended("sent"),
    () => {
      // When the client goes away the source is cancelled, which leaves it closed; a source that failed stays failed.
      stream.getReader().closed.then(
        () => ended("canceled"),
        (error) => ended({ error }),
      );
    },
  );
  return readable;
}

// Sends a `Response` through Node's: each chunk of the body when the client has taken the one before, with a length
// where the body is in memory, and given up when the client is.
import type { ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import { isEncoded } from "./encoding.ts";
import { isHopByHop } from "./headers.ts";

type SentHeaders = Record<string, number | string | string[]>;

/**
 * Resolves when the response has been handed to the socket or its client has gone.
 * @throws TypeError, before anything is sent, of a response that cannot be; else what the body fails with. The connection
 * is closed in that case: the client must not take a part for the whole.
 */
export async function sendResponse(out: ServerResponse, response: Response): Promise<void> {
  const { body } = response;
  if (response.bodyUsed || body?.locked) {
    throw new TypeError(
      "Its body has been read already, and is sent but once. Return a new Response for each request, or a clone() from before.",
    );
  }
  if (response.status === 0)
    throw new TypeError("It has status 0, as Response.error() has: no client takes one.");
  // More or less than a given length would be read as the end or the beginning of another response.
  out.strictContentLength = true;
  if (body === null || out.req.method === "HEAD" || out.destroyed) {
    const headers = headersOf(response);
    // Of HEAD the length is the one that GET's answer would have, which is not known here.
    if (body === null && out.req.method !== "HEAD" && ![204, 304].includes(response.status))
      headers["content-length"] = 0;
    if (!out.destroyed) writeHead(out, response, headers).end();
    await body?.cancel();
    return;
  }
  const reader = body.getReader();
  const giveUp = () => {
    if (!out.writableFinished) {
      reader.cancel(new DOMException("The client has gone.", "AbortError")).catch(() => {});
    }
  };
  out.once("close", giveUp);
  try {
    await sendBody(out, response, reader);
  } catch (error) {
    if (out.destroyed) return;
    out.destroy();
    reader.cancel(error).catch(() => {});
    throw error;
  } finally {
    out.off("close", giveUp);
  }
}

async function sendBody(
  out: ServerResponse,
  response: Response,
  reader: ReadableStreamDefaultReader<unknown>,
): Promise<void> {
  const headers = headersOf(response);
  const encoding = headers["content-encoding"];
  let next = read(reader);
  // Of an encoding only the body itself tells whether it is there.
  const first = await (encoding === undefined ? soon(next) : next);
  if (first?.done === false) {
    next = read(reader);
    const bytes = bytesOf(first.value);
    if (encoding !== undefined && !isEncoded(bytes, String(encoding))) {
      delete headers["content-encoding"];
      delete headers["content-length"];
    }
    if (headers["content-length"] === undefined && (await soon(next))?.done) {
      headers["content-length"] = bytes.byteLength;
    }
  }
  if (first?.done) headers["content-length"] ??= 0;
  writeHead(out, response, headers);
  // A client may act on the headers of a stream that has nothing to say yet.
  if (first === undefined) out.flushHeaders();
  for (let chunk = first ?? (await next); !chunk.done; chunk = await next) {
    if (chunk !== first) next = read(reader);
    if (!out.write(bytesOf(chunk.value))) await drained(out);
    if (out.destroyed) return;
  }
  if (!out.destroyed) out.end();
}

/** One chunk. Its failure is met when it is awaited, which may be a while later. */
function read(
  reader: ReadableStreamDefaultReader<unknown>,
): ReturnType<ReadableStreamDefaultReader<unknown>["read"]> {
  const chunk = reader.read();
  chunk.catch(() => {});
  return chunk;
}

/** What is there without waiting for anything outside of this program; else undefined. */
const soon = <T>(promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise, setImmediate(undefined)]);

function writeHead(
  out: ServerResponse,
  { status, statusText }: Response,
  headers: SentHeaders,
): ServerResponse {
  return statusText === "" ? out.writeHead(status, headers) : out.writeHead(status, statusText, headers);
}

function headersOf({ headers }: Response): SentHeaders {
  const sent: SentHeaders = {};
  const connection = headers.get("connection") ?? undefined;
  for (const [name, value] of headers) {
    if (!isHopByHop(name, connection)) sent[name] = value;
  }
  const length = headers.get("content-length");
  // A number: older Nodes compare what they have sent with the very value. What is none is nobody's length.
  if (/^\d+$/.test(length ?? "")) sent["content-length"] = Number(length);
  else delete sent["content-length"];
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) sent["set-cookie"] = cookies;
  return sent;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError(
    `The response's body gave a chunk of type ${typeof value}. A body is made of bytes: encode text with TextEncoder.`,
  );
}

function drained(out: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      out.off("drain", done);
      out.off("close", done);
      resolve();
    };
    if (out.destroyed) resolve();
    else out.once("drain", done).once("close", done);
  });
}

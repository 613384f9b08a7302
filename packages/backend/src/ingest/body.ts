// The bytes of a request: read up to a limit, decompressed up to the same limit. What they mean is left to the decoder.

import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** Of a request, before and after decompression. Exporters' usual batches are below 1 MiB. */
export const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** The sender's fault; `status` is the HTTP answer. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const tooLarge = (limit: number, options?: ErrorOptions) =>
  new BodyError(413, `The body is larger than ${limit} bytes; send less at once.`, options);

type Decompress = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

/** A Map, since the sender chooses the name: an object would also know `constructor`. */
const DECOMPRESSORS = new Map<string, Decompress>([
  ["gzip", promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip)],
  ["x-gzip", promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip)],
  ["deflate", promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate)],
]);
// Node has zstd since 22.15.
if ("zstdDecompress" in zlib) {
  DECOMPRESSORS.set("zstd", promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress));
}

/** The decompressed body, of `limit` bytes at most. @throws BodyError for what cannot be read. */
export async function readBody(incoming: IncomingMessage, limit = BODY_LIMIT_BYTES): Promise<Uint8Array> {
  const inflate = decompressor(incoming.headers["content-encoding"], "Content-Encoding", limit);
  if (Number(incoming.headers["content-length"]) > limit) throw tooLarge(limit);
  return inflate(await collect(incoming, limit));
}

/** For what a header of the name `header` says. @throws BodyError for an encoding that is not known. */
export function decompressor(
  value: string | undefined,
  header: string,
  limit = BODY_LIMIT_BYTES,
): (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array> {
  const encoding = value?.trim().toLowerCase() || "identity";
  if (encoding === "identity") return (bytes) => bytes;
  const decompress = DECOMPRESSORS.get(encoding);
  if (!decompress) {
    const known = [...DECOMPRESSORS.keys()].filter((name) => name !== "x-gzip");
    throw new BodyError(415, `${header} ${encoding} is not supported; use ${known.join(", ")} or none.`);
  }
  return async (bytes) => {
    try {
      return await decompress(bytes, { maxOutputLength: limit });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit, { cause });
      throw new BodyError(400, `The body is not valid ${encoding}: ${(cause as Error).message}`, { cause });
    }
  };
}

/** All bytes of a stream. @throws BodyError when there are too many, or when it breaks off. */
export function collect(incoming: Readable, limit = BODY_LIMIT_BYTES): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (settle: () => void) => {
      incoming.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) finish(() => reject(tooLarge(limit)));
      else chunks.push(chunk);
    };
    const onEnd = () =>
      finish(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    const onBroken = () => finish(() => reject(new BodyError(400, "The body broke off.")));
    incoming.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}

// Whether a body is encoded as its `content-encoding` says. Node's fetch decodes bodies and leaves the header, where
// workerd decodes only for those who read, and encodes again what such a header is put on.
import zlib, { brotliDecompressSync, constants, gunzipSync, inflateSync, type ZlibOptions } from "node:zlib";

type Decode = (chunk: Uint8Array) => Buffer;

const partial: ZlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };
const partialBrotli = { finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** Node 22.15 and newer. */
const zstd = (zlib as Partial<typeof zlib>).zstdDecompressSync;

const DECODERS: Record<string, Decode | undefined> = {
  gzip: (chunk) => gunzipSync(chunk, partial),
  "x-gzip": (chunk) => gunzipSync(chunk, partial),
  deflate: (chunk) => inflateSync(chunk, partial),
  br: (chunk) => brotliDecompressSync(chunk, partialBrotli),
  zstd: zstd && ((chunk) => zstd(chunk, { finishFlush: constants.ZSTD_e_flush })),
};

/** Tries on the first chunk. Codings that are not known here are taken to be there, since nothing has undone them. */
export function isEncoded(chunk: Uint8Array, contentEncoding: string): boolean {
  const outermost = contentEncoding.toLowerCase().split(",").at(-1)?.trim() ?? "";
  const decode = DECODERS[outermost];
  if (decode === undefined) return true;
  try {
    return decode(chunk).length > 0;
  } catch {
    return false;
  }
}

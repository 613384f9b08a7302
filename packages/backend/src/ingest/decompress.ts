// Content-Encoding undone: gzip, deflate (zlib's format, as HTTP means it) and zstd, each to its last byte, since what is
// not read is lost and yet acknowledged.

import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { BodyError, tooLarge } from "./body-error.ts";

/** As many as there are threads for it: of more, each only holds memory for longer. */
const AT_ONCE = 4;

/** What a zstd frame may look back on, 32 MiB; 8 MiB is what every decoder shall take. Node's default is 128 MiB. */
const ZSTD_WINDOW_LOG = 25;

/** Of one body. Empty ones take 8 bytes each, and a thread's turn. */
const ZSTD_FRAMES = 1_024;

/** Each takes a turn of the event loop; with Node's default of 16 KiB a batch takes nearly twice as long. */
const chunkSize = 64 * 1024;

type Decompress = (bytes: Uint8Array, limit: number) => Promise<Uint8Array>;

interface Decompressed {
  buffer: Buffer;
  /** How much of the input was read. */
  engine: { bytesWritten: number };
}

// Node's types know no `info`.
type Options = zlib.ZlibOptions & { info: true };
const gunzip = promisify<Uint8Array, Options, Decompressed>(zlib.gunzip as never);
const inflate = promisify<Uint8Array, Options, Decompressed>(zlib.inflate as never);

/** Members behind each other are one text, for zlib too. */
const gzip: Decompress = async (bytes, maxOutputLength) =>
  (await gunzip(bytes, { chunkSize, maxOutputLength, info: true })).buffer;

const deflate: Decompress = async (bytes, maxOutputLength) => {
  const { buffer, engine } = await inflate(bytes, { chunkSize, maxOutputLength, info: true });
  if (engine.bytesWritten < bytes.length) throw new Error("something follows its end");
  return buffer;
};

/** A Map, since the sender chooses the name: an object would also know `constructor`. */
const DECOMPRESSORS = new Map<string, Decompress>([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
]);
// Node has zstd since 22.15.
if ("zstdDecompress" in zlib) {
  const frame = promisify<Uint8Array, zlib.ZstdOptions, Decompressed>(zlib.zstdDecompress as never);
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  // Node reads the first frame alone.
  DECOMPRESSORS.set("zstd", async (bytes, limit) => {
    const parts: Buffer[] = [];
    let size = 0;
    let at = 0;
    do {
      if (parts.length === ZSTD_FRAMES) throw new Error(`it has more than ${ZSTD_FRAMES} frames`);
      // Not 0, which Node takes for no limit at all.
      const maxOutputLength = Math.max(limit - size, 1);
      const { buffer, engine } = await frame(bytes.subarray(at), {
        chunkSize,
        maxOutputLength,
        params,
        info: true,
      });
      parts.push(buffer);
      size += buffer.length;
      if (size > limit) throw tooLarge(limit);
      at += engine.bytesWritten;
    } while (at < bytes.length);
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  });
}

/** For what a header of the name `header` says. @throws BodyError for an encoding that is not known. */
export function decompressor(
  value: string | undefined,
  header: string,
  limit: number,
): (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array> {
  const encoding = value?.trim().toLowerCase() || "identity";
  if (encoding === "identity") return (bytes) => bytes;
  const decompress = DECOMPRESSORS.get(encoding);
  if (!decompress) {
    const known = [...DECOMPRESSORS.keys()].filter((name) => name !== "x-gzip");
    throw new BodyError(415, `${header} ${encoding} is not supported; use ${known.join(", ")} or none.`);
  }
  return async (bytes) => {
    await turn();
    try {
      return await decompress(bytes, limit);
    } catch (cause) {
      if (cause instanceof BodyError) throw cause;
      if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(limit, { cause });
      throw new BodyError(400, `The body is not valid ${encoding}: ${(cause as Error).message}`, { cause });
    } finally {
      pass();
    }
  };
}

let running = 0;
const waiting: Array<() => void> = [];

/** Resolves, in order, when fewer than `AT_ONCE` are running. */
function turn(): Promise<void> | undefined {
  if (running < AT_ONCE) {
    running++;
    return undefined;
  }
  return new Promise((resolve) => waiting.push(resolve));
}

/** Hands the turn on. */
function pass(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

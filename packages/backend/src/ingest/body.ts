// The bytes of a request: read up to a limit, decompressed up to the same limit. What they mean is left to the decoder.

import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { BodyError, tooLarge } from "./body-error.ts";
import { BodyRoom } from "./body-room.ts";
import { BusyError } from "./busy-error.ts";
import { decompressor } from "./decompress.ts";
import { Pieces } from "./pieces.ts";

/** Of a request, before and after decompression. Exporters' usual batches are below 1 MiB. */
export const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** The process's, since its memory is; all of its servers share it. */
const PROCESS_ROOM = new BodyRoom();

/** The decompressed body, of `limit` bytes at most. @throws BodyError for what cannot be read, BusyError */
export async function readBody(incoming: IncomingMessage, limit = BODY_LIMIT_BYTES): Promise<Uint8Array> {
  const decompress = decompressor(incoming.headers["content-encoding"], "Content-Encoding", limit);
  const told = Number(incoming.headers["content-length"] ?? 0);
  if (told > limit) throw tooLarge(limit);
  return readWhole(incoming, decompress, { limit, told });
}

export interface BodyBounds {
  limit?: number;
  /** The length that it is said to have. */
  told?: number;
  room?: BodyRoom;
}

/**
 * What `read` makes of all bytes of a stream.
 *
 * @throws BodyError when there are too many, or when it breaks off; BusyError when newer ones need the room.
 */
export async function readWhole(
  incoming: Readable,
  read: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>,
  { limit = BODY_LIMIT_BYTES, told = 0, room = PROCESS_ROOM }: BodyBounds = {},
): Promise<Uint8Array> {
  const { bytes, leave } = await collect(incoming, limit, told, room);
  try {
    return await read(bytes);
  } finally {
    leave();
  }
}

function collect(
  incoming: Readable,
  limit: number,
  told: number,
  room: BodyRoom,
): Promise<{ bytes: Uint8Array; leave: () => void }> {
  return new Promise((resolve, reject) => {
    const pieces = new Pieces(told);
    const finish = () => {
      incoming.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
    };
    const fail = (error: Error) => {
      finish();
      room.leave(place);
      reject(error);
    };
    const place = room.enter(() => {
      const message = "More bodies arrive than are held at once, and this one came slowest; send it again.";
      fail(new BusyError(message));
    });
    const onData = (chunk: Buffer) => {
      if (pieces.length + chunk.length > limit) return fail(tooLarge(limit));
      room.grow(place, pieces.add(chunk));
    };
    const onEnd = () => {
      finish();
      room.arrived(place);
      resolve({ bytes: pieces.whole(), leave: () => room.leave(place) });
    };
    const onBroken = () => fail(new BodyError(400, "The body broke off."));
    incoming.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}

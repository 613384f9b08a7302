// gRPC's framing of one message: a byte that says whether it is compressed, its length, its bytes. Streams of messages,
// which OTLP does not use, are refused.

import { BODY_LIMIT_BYTES } from "../ingest/body.ts";
import { BodyError } from "../ingest/body-error.ts";
import { decompressor } from "../ingest/decompress.ts";

const PREFIX_BYTES = 5;

/** The message of a unary call's body. @throws BodyError for any other body. */
export async function messageOf(body: Uint8Array, encoding: string | undefined): Promise<Uint8Array> {
  if (body.length < PREFIX_BYTES) throw new BodyError(400, "The call has no message.");
  const length = new DataView(body.buffer, body.byteOffset).getUint32(1);
  if (length !== body.length - PREFIX_BYTES) {
    throw new BodyError(
      400,
      `The call says its message has ${length} bytes, but ${body.length - PREFIX_BYTES} came; one message is expected.`,
    );
  }
  const message = body.subarray(PREFIX_BYTES);
  switch (body[0]) {
    case 0:
      return message;
    case 1:
      return decompressor(encoding, "grpc-encoding", BODY_LIMIT_BYTES)(message);
    default:
      throw new BodyError(400, `The message's compression flag is ${body[0]}; 0 or 1 is expected.`);
  }
}

/** An uncompressed message with its prefix. */
export function framed(message: Uint8Array): Uint8Array {
  const body = new Uint8Array(PREFIX_BYTES + message.length);
  new DataView(body.buffer).setUint32(1, message.length);
  body.set(message, PREFIX_BYTES);
  return body;
}

// What an OTLP/HTTP receiver answers: an export response, or google.rpc.Status when the request failed. Senders read
// them in the content type that they sent. Of a failure's status only the message is read back.

import { integer64, message, parse, string } from "./json/read.ts";
import { ProtobufReader } from "./protobuf/reader.ts";
import { ProtobufWriter } from "./protobuf/writer.ts";

/** Records that were refused one by one while the rest of the request was stored. */
export interface PartialSuccess {
  rejected: number;
  message: string;
}

/** Codes of google.rpc.Status that a receiver answers with. */
export const RpcCode = {
  INVALID_ARGUMENT: 3,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

const REJECTED = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
} as const;

/** The signal's export response as JSON; without `partial` everything was stored. */
export function encodeExportResponseJson(signal: keyof typeof REJECTED, partial?: PartialSuccess): string {
  if (!partial) return "{}";
  return JSON.stringify({
    partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message },
  });
}

/** The same as protobuf; all signals have the same bytes. */
export function encodeExportResponseProtobuf(partial?: PartialSuccess): Uint8Array {
  const writer = new ProtobufWriter();
  if (partial) {
    writer.message(10, () => {
      writer.presentInt64(8, BigInt(partial.rejected));
      writer.string(18, partial.message);
    });
  }
  return writer.finish();
}

/**
 * What a receiver of ours answered, as JSON; `undefined` for full success.
 *
 * @throws OtlpDecodeError for what is no export response.
 */
export function decodeExportResponseJson(
  signal: keyof typeof REJECTED,
  body: string | Uint8Array,
): PartialSuccess | undefined {
  return message(parse(body), "partialSuccess", (partial) =>
    partialOf(Number(integer64(partial, REJECTED[signal], "int64")), string(partial, "errorMessage")),
  );
}

/** The same as protobuf. */
export function decodeExportResponseProtobuf(body: Uint8Array): PartialSuccess | undefined {
  const reader = new ProtobufReader(body);
  let rejected = 0;
  let text = "";
  while (reader.more()) {
    const tag = reader.tag();
    if (tag !== 10) {
      reader.skip(tag);
      continue;
    }
    const outer = reader.enter();
    while (reader.more()) {
      const field = reader.tag();
      if (field === 8) rejected = Number(reader.int64());
      else if (field === 18) text = reader.string();
      else reader.skip(field);
    }
    reader.leave(outer);
  }
  return partialOf(rejected, text);
}

/** A message without rejected records is a warning, which OTLP allows. */
function partialOf(rejected: number, text: string): PartialSuccess | undefined {
  return rejected === 0 && text === "" ? undefined : { rejected, message: text };
}

/** google.rpc.Status as JSON. */
export function encodeStatusJson(code: number, message: string): string {
  return JSON.stringify({ code, message });
}

/** google.rpc.Status as protobuf. */
export function encodeStatusProtobuf(code: number, message: string): Uint8Array {
  const writer = new ProtobufWriter();
  writer.int32(8, code);
  writer.string(18, message);
  return writer.finish();
}

/** The message of google.rpc.Status as JSON. @throws OtlpDecodeError for what is none. */
export function decodeStatusMessageJson(body: string | Uint8Array): string {
  return string(parse(body), "message");
}

/** The same as protobuf. */
export function decodeStatusMessageProtobuf(body: Uint8Array): string {
  const reader = new ProtobufReader(body);
  let text = "";
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === 18) text = reader.string();
    else reader.skip(tag);
  }
  return text;
}

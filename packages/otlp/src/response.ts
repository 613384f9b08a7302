// What an OTLP/HTTP receiver answers: an export response, or google.rpc.Status when the request failed. Senders read
// them in the content type that they sent.

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

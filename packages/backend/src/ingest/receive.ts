// One OTLP/HTTP request from its bytes to its answer: decode, validate, commit. The answer is in the content type of the
// request, as OTLP asks; routes and sockets are left to http/.

import {
  countMetricsJson,
  countMetricsProtobuf,
  decodeLogsJson,
  decodeLogsProtobuf,
  decodeTracesJsonTable,
  decodeTracesProtobufTable,
  encodeExportResponseJson,
  encodeExportResponseProtobuf,
  encodeStatusJson,
  encodeStatusProtobuf,
  OtlpDecodeError,
  OtlpTooLargeError,
  type PartialSuccess,
  RpcCode,
} from "@enterspan/otlp";
import { StoreUnavailableError } from "../store/store.ts";
import { BodyError } from "./body.ts";
import { BusyError, type GroupCommit } from "./group-commit.ts";
import { dropMetrics, type Validated, validateLogs, validateTraces } from "./validate.ts";

export type Signal = "traces" | "logs" | "metrics";
export type Encoding = "json" | "protobuf";

export interface Answer {
  status: number;
  contentType: string;
  body: string | Uint8Array;
  /** Seconds after which to send again. */
  retryAfter?: number;
}

const CONTENT_TYPE = { json: "application/json", protobuf: "application/x-protobuf" } as const;

/** A store that is away is back after a checkpoint or a reopening; both take less than this. */
const RETRY_AFTER_SECONDS = 1;

/** `undefined` for a content type that OTLP does not have. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === CONTENT_TYPE.json ? "json" : type === CONTENT_TYPE.protobuf ? "protobuf" : undefined;
}

const DECODE: Record<Signal, Record<Encoding, (bytes: Uint8Array) => Validated>> = {
  traces: {
    json: (bytes) => validateTraces(decodeTracesJsonTable(bytes)),
    protobuf: (bytes) => validateTraces(decodeTracesProtobufTable(bytes)),
  },
  logs: {
    json: (bytes) => validateLogs(decodeLogsJson(bytes)),
    protobuf: (bytes) => validateLogs(decodeLogsProtobuf(bytes)),
  },
  metrics: {
    json: (bytes) => dropMetrics(countMetricsJson(bytes)),
    protobuf: (bytes) => dropMetrics(countMetricsProtobuf(bytes)),
  },
};

/** Resolves after the commit. Rejects only for faults of our own; every fault of the sender is an answer. */
export async function receive(
  signal: Signal,
  encoding: Encoding,
  read: () => Promise<Uint8Array>,
  commits: GroupCommit,
): Promise<Answer> {
  try {
    const bytes = await read();
    const { request, accepted, partial } = DECODE[signal][encoding](bytes);
    if (accepted > 0) await commits.submit(request, accepted, bytes.length);
    return stored(signal, encoding, partial);
  } catch (error) {
    if (error instanceof OtlpDecodeError)
      return refused(encoding, 400, RpcCode.INVALID_ARGUMENT, error.message);
    if (error instanceof OtlpTooLargeError)
      return refused(encoding, 413, RpcCode.RESOURCE_EXHAUSTED, error.message);
    if (error instanceof BodyError)
      return refused(encoding, error.status, BODY_FAULT[error.status], error.message);
    if (error instanceof BusyError) return later(encoding, 429, error.message);
    if (error instanceof StoreUnavailableError) return later(encoding, 503, error.message);
    throw error;
  }
}

const BODY_FAULT = {
  400: RpcCode.INVALID_ARGUMENT,
  413: RpcCode.RESOURCE_EXHAUSTED,
  415: RpcCode.UNIMPLEMENTED,
} as const;

function stored(signal: Signal, encoding: Encoding, partial: PartialSuccess | undefined): Answer {
  const body =
    encoding === "json" ? encodeExportResponseJson(signal, partial) : encodeExportResponseProtobuf(partial);
  return { status: 200, contentType: CONTENT_TYPE[encoding], body };
}

/** An answer after which senders keep the request and try again. */
function later(encoding: Encoding, status: 429 | 503, message: string): Answer {
  return { ...refused(encoding, status, RpcCode.UNAVAILABLE, message), retryAfter: RETRY_AFTER_SECONDS };
}

export function refused(encoding: Encoding, status: number, code: number, message: string): Answer {
  const body = encoding === "json" ? encodeStatusJson(code, message) : encodeStatusProtobuf(code, message);
  return { status, contentType: CONTENT_TYPE[encoding], body };
}

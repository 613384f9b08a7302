// One OTLP request from its bytes to its answer: decode, validate, commit. Over HTTP the answer is in the content type of
// the request, as OTLP asks; routes and sockets are left to http/ and grpc/.

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
import type { Meter } from "../operations/meter.ts";
import type { Entry } from "../queue/entry.ts";
import { StoreUnavailableError } from "../store/store.ts";
import { BodyError } from "./body-error.ts";
import { BusyError } from "./busy-error.ts";
import type { Intake } from "./intake.ts";
import { warningOf } from "./misplaced.ts";
import type { Encoding, Signal } from "./signal.ts";
import { describeUserAgents } from "./user-agents.ts";
import { dropMetrics, type Validated, validateLogs, validateTraces } from "./validate.ts";

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
    json: (bytes) => validateTraces(decodeTracesJsonTable(bytes, describeUserAgents)),
    protobuf: (bytes) => validateTraces(decodeTracesProtobufTable(bytes, describeUserAgents)),
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

/** What was accepted of a request, once more from its bytes. @throws OtlpDecodeError, OtlpTooLargeError */
export function accepted({ signal, encoding, body }: Entry): Validated {
  return DECODE[signal][encoding](body);
}

/** What became of a request: stored, but for what `partial` says, or refused as a whole. */
export type Outcome = { stored: true; partial: PartialSuccess | undefined } | Refusal;

export interface Refusal {
  stored: false;
  /** Of the HTTP answer. */
  status: 400 | 413 | 415 | 429 | 503;
  /** Of google.rpc.Status. */
  code: number;
  message: string;
}

/** Resolves after the commit. Rejects only for faults of our own; every fault of the sender is an outcome. */
export async function take(
  signal: Signal,
  encoding: Encoding,
  read: () => Promise<Uint8Array>,
  intake: Pick<Intake, "submit">,
  meter: Meter,
): Promise<Outcome> {
  try {
    const bytes = await read();
    const validated = DECODE[signal][encoding](bytes);
    const { accepted } = validated;
    const partial = validated.partial ?? (accepted === 0 ? warningOf(signal, encoding, bytes) : undefined);
    if (accepted > 0 && signal !== "metrics") {
      await intake.submit({ signal, encoding, bytes, validated });
    }
    meter.received(signal, accepted, partial?.rejected ?? 0, bytes.length);
    return { stored: true, partial };
  } catch (error) {
    const refuse = (status: Refusal["status"], code: number): Refusal => {
      meter.refusedRequest(signal, status);
      return { stored: false, status, code, message: (error as Error).message };
    };
    if (error instanceof OtlpDecodeError) return refuse(400, RpcCode.INVALID_ARGUMENT);
    if (error instanceof OtlpTooLargeError) return refuse(413, RpcCode.RESOURCE_EXHAUSTED);
    if (error instanceof BodyError) return refuse(error.status, BODY_FAULT[error.status]);
    if (error instanceof BusyError) return refuse(429, RpcCode.UNAVAILABLE);
    if (error instanceof StoreUnavailableError) return refuse(503, RpcCode.UNAVAILABLE);
    throw error;
  }
}

const BODY_FAULT = {
  400: RpcCode.INVALID_ARGUMENT,
  413: RpcCode.RESOURCE_EXHAUSTED,
  415: RpcCode.UNIMPLEMENTED,
} as const;

/** `take`, answered over HTTP. */
export async function receive(
  signal: Signal,
  encoding: Encoding,
  read: () => Promise<Uint8Array>,
  intake: Pick<Intake, "submit">,
  meter: Meter,
): Promise<Answer> {
  const outcome = await take(signal, encoding, read, intake, meter);
  if (outcome.stored) return stored(signal, encoding, outcome.partial);
  const { status, code, message } = outcome;
  const answer = refused(encoding, status, code, message);
  return code === RpcCode.UNAVAILABLE ? { ...answer, retryAfter: RETRY_AFTER_SECONDS } : answer;
}

function stored(signal: Signal, encoding: Encoding, partial: PartialSuccess | undefined): Answer {
  const body =
    encoding === "json" ? encodeExportResponseJson(signal, partial) : encodeExportResponseProtobuf(partial);
  return { status: 200, contentType: CONTENT_TYPE[encoding], body };
}

export function refused(encoding: Encoding, status: number, code: number, message: string): Answer {
  const body = encoding === "json" ? encodeStatusJson(code, message) : encodeStatusProtobuf(code, message);
  return { status, contentType: CONTENT_TYPE[encoding], body };
}

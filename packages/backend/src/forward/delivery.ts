// One attempt to hand a batch to a destination over OTLP/HTTP, and what its answer means for the batch. When to try again
// is left to sender.ts.

import { promisify } from "node:util";
import { gzip, type InputType, type ZlibOptions } from "node:zlib";
import {
  decodeExportResponseJson,
  decodeExportResponseProtobuf,
  decodeStatusMessageJson,
  decodeStatusMessageProtobuf,
} from "@enterspan/otlp";
import { type Destination, type ForwardSignal, withoutSecrets } from "./destination.ts";

export type Outcome =
  /** Taken, but for `rejected` records, of which the destination has decided for good. */
  | { kind: "delivered"; rejected: number; message: string }
  /** The destination is away, busy or not set up right: the same may be taken later. */
  | { kind: "later"; reason: string; afterMs: number }
  /** Fewer records at once may be taken. */
  | { kind: "too_large"; reason: string }
  /** The same will never be taken. */
  | { kind: "refused"; reason: string };

const ANSWER_TIMEOUT_MS = 30_000;

/** Of an answer's body; an export response is short. */
const ANSWER_BYTES = 64 * 1024;

/** Of a message that goes into our log. */
const REASON_LENGTH = 300;

/** A destination may ask for a break, but not for one without end. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Answers below 500 that change when the destination is mended, or its address or headers here. Credentials expire: that
 * must not cost what waits.
 */
const MENDABLE = new Set([401, 402, 403, 404, 405, 407, 408, 421, 425, 429]);

const CONTENT_TYPE = { json: "application/json", protobuf: "application/x-protobuf" } as const;

const compress = promisify<InputType, ZlibOptions, Buffer>(gzip);

/** `stop` ends the attempt, which is then to be made later. Never rejects. */
export async function deliver(
  destination: Destination,
  signal: ForwardSignal,
  body: Uint8Array,
  stop: AbortSignal,
): Promise<Outcome> {
  const url = destination.urls[signal];
  if (url === undefined) return { kind: "refused", reason: `it takes no ${signal}` };
  try {
    const isCompressed = destination.compression === "gzip";
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "user-agent": "enterspan",
        ...destination.headers,
        "content-type": CONTENT_TYPE[destination.encoding],
        ...(isCompressed && { "content-encoding": "gzip" }),
      },
      body: new Uint8Array(isCompressed ? await compress(body, {}) : body),
      // The headers are for this destination alone.
      redirect: "manual",
      signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    return outcomeOf(destination, signal, response, await start(response));
  } catch (error) {
    return { kind: "later", reason: withoutSecrets(reasonOf(error), destination), afterMs: 0 };
  }
}

function outcomeOf(
  destination: Destination,
  signal: ForwardSignal,
  response: Response,
  body: Uint8Array,
): Outcome {
  const { status } = response;
  const isJson = /json/i.test(response.headers.get("content-type") ?? "");
  if (response.ok) {
    const partial = attempted(() =>
      isJson ? decodeExportResponseJson(signal, body) : decodeExportResponseProtobuf(body),
    );
    const message = shortened(partial?.message ?? "", destination);
    return { kind: "delivered", rejected: Math.max(0, partial?.rejected ?? 0), message };
  }
  const message = attempted(() =>
    isJson ? decodeStatusMessageJson(body) : decodeStatusMessageProtobuf(body),
  );
  const reason = shortened(`HTTP ${status}${message ? `: ${message}` : ""}`, destination);
  if (status === 413) return { kind: "too_large", reason };
  if (status < 400 || status >= 500 || MENDABLE.has(status)) {
    return { kind: "later", reason, afterMs: retryAfterMs(response.headers.get("retry-after")) };
  }
  return { kind: "refused", reason };
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** The beginning of the body; the rest is not waited for. */
async function start(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** Bodies of proxies and of other servers are no OTLP; then their status says enough. */
function attempted<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const shortened = (text: string, destination: Destination) =>
  withoutSecrets(text, destination)
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, REASON_LENGTH);

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === "TimeoutError") return `no answer within ${ANSWER_TIMEOUT_MS / 1000} s`;
  return cause?.code ?? cause?.message ?? message;
}

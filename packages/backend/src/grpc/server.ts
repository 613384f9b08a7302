// OTLP over gRPC: the Export method of the trace, logs and metrics services on HTTP/2 without TLS. Calls go the way of
// requests over HTTP; only framing and status differ.

import {
  constants,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { encodeExportResponseProtobuf, RpcCode } from "@enterspan/otlp";
import { collect } from "../ingest/body.ts";
import type { Intake } from "../ingest/intake.ts";
import { type Signal, take } from "../ingest/receive.ts";
import { framed, messageOf } from "./framing.ts";

const EXPORT: ReadonlyMap<string, Signal> = new Map([
  ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", "traces"],
  ["/opentelemetry.proto.collector.logs.v1.LogsService/Export", "logs"],
  ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "metrics"],
]);

const OK = 0;

/** Calls in progress on one connection; others wait for their turn. */
const CALLS_PER_CONNECTION = 100;

/** What a connection may send ahead of being read: HTTP/2's default of 64 kB makes a batch wait for four round trips. */
const WINDOW_BYTES = 1024 * 1024;

/** How long calls that have begun may take once `close` is called. */
const CLOSE_GRACE_MS = 10_000;

export class GrpcServer {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #intake: Intake;
  readonly #onFault: (error: unknown) => void;

  constructor(intake: Intake, onFault: (error: unknown) => void) {
    this.#intake = intake;
    this.#onFault = onFault;
    this.#server = createServer({
      settings: { maxConcurrentStreams: CALLS_PER_CONNECTION, initialWindowSize: WINDOW_BYTES },
    });
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.setLocalWindowSize(WINDOW_BYTES * 2);
      // A connection that breaks takes its calls along; that is the sender's matter.
      session.on("error", () => {});
      session.once("close", () => this.#sessions.delete(session));
    });
    this.#server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      void this.#serve(stream, headers).catch(this.#onFault);
    });
  }

  /** Resolves with the port. Rejects with Node's error when it cannot listen there. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off("error", reject);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no more calls, answers those that have begun, and cuts off what is left after the grace. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const cutOff = setTimeout(() => {
        for (const session of this.#sessions) session.destroy();
      }, CLOSE_GRACE_MS);
      this.#server.close(() => {
        clearTimeout(cutOff);
        resolve();
      });
      for (const session of this.#sessions) session.close();
    });
  }

  async #serve(stream: ServerHttp2Stream, headers: Record<string, unknown>): Promise<void> {
    const contentType = String(headers["content-type"] ?? "");
    if (!/^application\/grpc(\+proto)?(;|$)/.test(contentType)) {
      stream.respond({ ":status": 415 }, { endStream: true });
      return;
    }
    const path = String(headers[":path"]);
    const signal = EXPORT.get(path);
    if (!signal) return answer(stream, RpcCode.UNIMPLEMENTED, `${path} is not a method of this server.`);
    try {
      const encoding = headers["grpc-encoding"] as string | undefined;
      const read = async () => messageOf(await collect(stream), encoding);
      const outcome = await take(signal, "protobuf", read, this.#intake);
      if (outcome.stored) answer(stream, OK, "", encodeExportResponseProtobuf(outcome.partial));
      else answer(stream, outcome.code, outcome.message);
    } catch (error) {
      this.#onFault(error);
      answer(
        stream,
        RpcCode.INTERNAL,
        "The server failed at this call; its log says more. This is a fault of ours.",
      );
    }
  }
}

function answer(stream: ServerHttp2Stream, code: number, message: string, response?: Uint8Array): void {
  // The sender has given up; there is nobody to tell.
  if (stream.destroyed || stream.closed) return;
  const status = { "grpc-status": String(code), ...(message && { "grpc-message": percentEncoded(message) }) };
  const head = {
    ":status": 200,
    "content-type": "application/grpc+proto",
    "grpc-accept-encoding": "gzip,deflate",
  };
  if (!response) {
    stream.respond({ ...head, ...status }, { endStream: true });
    // What is still on its way of the request is not wanted.
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers(status));
  stream.end(framed(response));
}

/** As gRPC wants it: printable ASCII but `%`, all other bytes in hex. */
function percentEncoded(message: string): string {
  return message.replaceAll(/[^\x20-\x24\x26-\x7e]+/gu, (part) =>
    Array.from(Buffer.from(part), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

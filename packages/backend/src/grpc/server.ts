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
import type { Authority } from "../auth/authority.ts";
import { permits } from "../auth/token.ts";
import { cannotListen } from "../error.ts";
import { bearerOf } from "../http/authorize.ts";
import { limitConnections } from "../http/connections.ts";
import type { Limits } from "../http/limits.ts";
import type { Peers } from "../http/peers.ts";
import { readWhole } from "../ingest/body.ts";
import type { Intake } from "../ingest/intake.ts";
import { take } from "../ingest/receive.ts";
import type { Signal } from "../ingest/signal.ts";
import type { Meter } from "../operations/meter.ts";
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

export interface GrpcOptions {
  intake: Intake;
  meter: Meter;
  peers: Peers;
  /** Who may send; everybody, without it. */
  authority: Authority | undefined;
  limits: Limits;
  /** For faults of our own. */
  onFault: (error: unknown) => void;
}

export class GrpcServer {
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #options: GrpcOptions;
  readonly #intake: Intake;
  readonly #onFault: (error: unknown) => void;

  constructor(options: GrpcOptions) {
    const { limits } = options;
    this.#options = options;
    this.#intake = options.intake;
    this.#onFault = options.onFault;
    this.#server = createServer({
      settings: { maxConcurrentStreams: CALLS_PER_CONNECTION, initialWindowSize: WINDOW_BYTES },
    });
    limitConnections(this.#server, limits);
    this.#server.on("session", (session) => {
      this.#sessions.add(session);
      session.setTimeout(limits.silenceMs, () => session.destroy());
      session.setLocalWindowSize(WINDOW_BYTES * 2);
      // A connection that breaks takes its calls along; that is the sender's matter.
      session.on("error", () => {});
      session.once("close", () => this.#sessions.delete(session));
    });
    this.#server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      const tooSlow = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), limits.requestMs);
      stream.once("end", () => clearTimeout(tooSlow)).once("close", () => clearTimeout(tooSlow));
      void this.#serve(stream, headers).catch(this.#onFault);
    });
  }

  /** Resolves with the port. @throws BackendError `port_in_use` or `cannot_listen` */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port));
      this.#server.once("error", failed);
      this.#server.listen({ port, host }, () => {
        this.#server.off("error", failed);
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

  /** Why a call is not even read, if so. */
  #refusalOf(
    { session }: ServerHttp2Stream,
    authorization: string | undefined,
  ): { code: number; message: string } | undefined {
    const { peers, authority } = this.#options;
    const address = session?.socket.remoteAddress;
    if (peers.ingest(address) > 0) {
      return {
        code: RpcCode.UNAVAILABLE,
        message: "More calls come from this address than this server takes.",
      };
    }
    if (!authority) return undefined;
    const token = bearerOf(authorization);
    const grant = token === undefined ? undefined : authority.ofToken(token);
    if (grant && permits(grant, "ingest")) return undefined;
    if (grant) return { code: RpcCode.PERMISSION_DENIED, message: "This token may not send telemetry." };
    if (token !== undefined && peers.failed(address) > 0) {
      return { code: RpcCode.UNAVAILABLE, message: "Too many wrong tokens came from this address." };
    }
    const message =
      "This server wants a token: send the metadata authorization: Bearer TOKEN. Where the server runs, `enterspan token` makes one.";
    return { code: RpcCode.UNAUTHENTICATED, message };
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
    const refusal = this.#refusalOf(stream, headers.authorization as string | undefined);
    if (refusal) return answer(stream, refusal.code, refusal.message);
    try {
      const encoding = headers["grpc-encoding"] as string | undefined;
      const read = () => readWhole(stream, (body) => messageOf(body, encoding));
      const outcome = await take(signal, "protobuf", read, this.#intake, this.#options.meter);
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

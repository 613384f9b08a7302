// What `enterspan serve` says: to a person as the terminal says it, or a JSON object a line for programs that collect logs.
import type { Backend, LogLevel, LogLine, StoredEntry } from "@enterspan/backend";
import { createTerminal, printable } from "./terminal.ts";
import { VERSION } from "./version.ts";

const LOG_FORMATS = ["text", "json"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

type Served = Pick<Backend, "url" | "grpcPort">;

export interface ServeLog {
  started(served: Served, dataDir: string): void;
  /** A request that a traced program handled. */
  request(entry: StoredEntry, url: string): void;
  line(line: LogLine): void;
  stopping(): void;
}

/** `least` is the level from which on there is a line; a start and a request are "info". */
export function createServeLog(format: LogFormat, least: LogLevel): ServeLog {
  const log = format === "json" ? jsonLog() : textLog();
  return least === "warn" || least === "error" ? { ...log, started() {}, request() {}, stopping() {} } : log;
}

const grpcUrl = ({ url, grpcPort }: Served) => `http://${new URL(url).hostname}:${grpcPort}`;

function textLog(): ServeLog {
  const terminal = createTerminal();
  return {
    started(served, dataDir) {
      terminal.banner(`enterspan ${VERSION}`, [
        ["Explorer", served.url],
        ["OTLP", `${served.url}/v1/traces`],
        ...(served.grpcPort === undefined ? [] : [["gRPC", grpcUrl(served)] satisfies [string, string]]),
        ["Data", dataDir],
      ]);
    },
    request: (entry, url) => terminal.request(entry, url, true),
    line({ level, message }) {
      if (level === "error") terminal.error(message);
      else if (level === "warn") terminal.warn(message);
      else terminal.log(level, printable(message));
    },
    stopping: () => terminal.note("Stopping …"),
  };
}

function jsonLog(): ServeLog {
  const print = (level: LogLevel, message: string, fields: object = {}) => {
    console.log(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
  };
  return {
    started(served, dataDir) {
      const grpc = served.grpcPort === undefined ? {} : { grpc: grpcUrl(served) };
      print("info", "Listening", { version: VERSION, url: served.url, ...grpc, data: dataDir });
    },
    request(entry, url) {
      const { traceId, spanId, service, name, statusCode, httpStatusCode } = entry;
      const durationMs = Number(entry.endTimeUnixNano - entry.startTimeUnixNano) / 1e6;
      const status = httpStatusCode ?? (statusCode === 2 ? "error" : "ok");
      print("info", "Request", { service, name, status, durationMs, traceId, spanId, url });
    },
    line: ({ level, message, fields }) => print(level, message, fields),
    stopping: () => print("info", "Stopping"),
  };
}

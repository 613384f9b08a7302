// An event of the telemetry API that is a log → a row of the page of all logs.
import type { TelemetryEvent } from "../api/telemetry.ts";
import type { Order } from "../live-list/merge.ts";
import type { LogLevel } from "../trace/model.ts";
import { type UnixNanos, unixNanos } from "../trace/time.ts";

export interface LogEvent {
  /** The event's id, and the cursor of the page after it. */
  readonly id: string;
  readonly time: UnixNanos;
  readonly level: LogLevel;
  readonly service: string;
  readonly message: string;
  /** "" where the log belongs to none. */
  readonly traceId: string;
  readonly spanId: string;
  /** Place among what its invocation recorded; 0 where the sender did not say. */
  readonly sequence: number;
  /** Its attributes over those of its resource. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** Senders' words for the levels, as OpenTelemetry's log bridges and syslog have them. */
export const LEVEL_WORDS: Readonly<Record<"debug" | "info" | "warn" | "error", readonly string[]>> = {
  debug: ["debug", "trace", "verbose", "fine"],
  info: ["info", "log", "notice", "information"],
  warn: ["warn", "warning"],
  error: ["error", "fatal", "critical", "alert", "emergency", "panic", "severe"],
};
export type ShownLevel = keyof typeof LEVEL_WORDS;
export const SHOWN_LEVELS = Object.keys(LEVEL_WORDS) as ShownLevel[];

/** A word that nobody knows reads as info. */
const levelOf = (word: string | undefined): ShownLevel =>
  SHOWN_LEVELS.find((level) => LEVEL_WORDS[level].includes(word ?? "")) ?? "info";

export function decodeLogEvent({ $metadata, source }: TelemetryEvent): LogEvent {
  const sequence = source["cloudflare.invocation.sequence.number"];
  return {
    id: $metadata.id,
    time: unixNanos(BigInt($metadata.id.slice(0, $metadata.id.indexOf("-")))),
    level: levelOf($metadata.level),
    service: $metadata.service ?? "",
    message: messageOf(source.message) ?? $metadata.message ?? "",
    traceId: $metadata.traceId ?? "",
    spanId: $metadata.spanId ?? "",
    sequence: typeof sequence === "number" ? sequence : 0,
    source,
  };
}

/** The arguments of one `console` call, as the terminal would have shown them; undefined for what is no such list. */
function messageOf(body: unknown): string | undefined {
  if (!Array.isArray(body) || typeof body[0] !== "string") return undefined;
  return body.map((part) => (typeof part === "string" ? part : stackOf(part))).join(" ");
}

const stackOf = (part: unknown): string =>
  typeof part === "object" && part !== null && "stack" in part && typeof part.stack === "string"
    ? part.stack
    : JSON.stringify(part);

/** Newest first. Of the same moment, as coarse clocks have many, in the order they were printed, then by id. */
export const newestFirst: Order<LogEvent> = {
  idOf: ({ id }) => id,
  compare(a, b) {
    if (a.time !== b.time) return a.time < b.time ? 1 : -1;
    if (a.traceId === b.traceId && a.sequence !== b.sequence) return b.sequence - a.sequence;
    return a.id < b.id ? -1 : 1;
  },
};

/** The last in the server's order, which knows no sequence: the earliest, and of those the one with the last id. */
export const lastOf = (rows: readonly LogEvent[]): LogEvent | undefined =>
  rows.reduce<LogEvent | undefined>(
    (last, row) =>
      last === undefined || row.time < last.time || (row.time === last.time && row.id > last.id) ? row : last,
    undefined,
  );

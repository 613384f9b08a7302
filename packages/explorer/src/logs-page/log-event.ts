// An event of the telemetry API that is a log → a row of the page of all logs.
import type { TelemetryEvent } from "../api/telemetry.ts";
import type { Order } from "../live-list/merge.ts";
import { levelOf, type ShownLevel } from "../trace/levels.ts";
import { type UnixNanos, unixNanos } from "../trace/time.ts";

export interface LogEvent {
  /** The event's id, and the cursor of the page after it. */
  readonly id: string;
  readonly time: UnixNanos;
  readonly level: ShownLevel;
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

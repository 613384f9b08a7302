// One log of the wire → the model's LogRecord.
import type { WireLog } from "@enterspan/backend/contract";
import type { Attribute, LogLevel, LogRecord, Value } from "../trace/model.ts";
import { type Nanos, nanos, type UnixNanos, unixNanos } from "../trace/time.ts";
import { decodeAttributes, decodeValue } from "./decode-value.ts";

/** OTLP's severity numbers come in fours; what is out of range reads as info. */
function levelOf(severityNumber: number): LogLevel {
  if (severityNumber >= 21) return "fatal";
  if (severityNumber >= 17) return "error";
  if (severityNumber >= 13) return "warn";
  if (severityNumber >= 9 || severityNumber < 1) return "info";
  return severityNumber >= 5 ? "debug" : "trace";
}

/** The time a log was written; where the sender did not say (0), when it was observed. */
export const logTime = (wire: WireLog): bigint => {
  const time = BigInt(wire.timeUnixNano);
  return time === 0n ? BigInt(wire.observedTimeUnixNano) : time;
};

/** The body is decoded when a view reads it: of 100,000 lines few are on the screen. */
export class DecodedLog implements LogRecord {
  readonly key: number;
  readonly time: Nanos;
  readonly level: LogLevel;
  readonly source: WireLog;
  #body: Value | undefined;
  #attributes: readonly Attribute[] | undefined;

  constructor(wire: WireLog, key: number, origin: bigint) {
    this.key = key;
    this.source = wire;
    this.time = nanos(Number(logTime(wire) - origin));
    this.level = levelOf(wire.severityNumber);
  }

  get timeUnixNano(): UnixNanos {
    return unixNanos(logTime(this.source));
  }
  get spanId(): string {
    return this.source.spanId;
  }
  get eventName(): string {
    return this.source.eventName;
  }
  get droppedAttributes(): number {
    return this.source.droppedAttributesCount;
  }
  get body(): Value {
    this.#body ??= decodeValue(this.source.body);
    return this.#body;
  }
  get attributes(): readonly Attribute[] {
    this.#attributes ??= decodeAttributes(this.source.attributes);
    return this.#attributes;
  }
}

// `GET /api/traces/:traceId` → Trace: the wire's absolute times become offsets from the trace's start, here and
// nowhere else. A small answer is parsed as a whole; a large one is walked over while it comes, once, and its spans keep
// the bytes (see json-cursor.ts).
import type { TraceResponse, WireLog, WireResource, WireScope } from "@enterspan/backend/contract";
import { clockOf } from "../trace/clock.ts";
import { isRunning } from "../trace/flight.ts";
import type { LogRecord, Resource, Scope, Trace } from "../trace/model.ts";
import { nanos } from "../trace/time.ts";
import { DecodedLog, logTime } from "./decode-log.ts";
import type { DecodedSpan } from "./decode-span.ts";
import { decodeAttributes, wireString } from "./decode-value.ts";
import { Interner } from "./interner.ts";
import { EndsTooEarly, JsonCursor } from "./json-cursor.ts";
import { ParsedSpan } from "./parsed-span.ts";
import { SpanInBytes, type SpanReader } from "./span-in-bytes.ts";
import {
  isBefore,
  isUnset,
  nanosBetween,
  UNSET,
  unixNanosOf,
  type WireTime,
  wireTimeOf,
} from "./wire-time.ts";

const UNKNOWN_RESOURCE: Resource = { service: "unknown_service", attributes: [], droppedAttributes: 0 };
const UNKNOWN_SCOPE: Scope = { name: "", version: "", attributes: [] };

interface Answer {
  traceId: string;
  spans: DecodedSpan[];
  logs: WireLog[];
  resources: Resource[];
  scopes: Scope[];
  source: Trace["source"];
}

/** No answer of so few bytes is looked at before it is whole: some 2,000 spans. */
const SMALL_BYTES = 2_000_000;

/** So much more must have come to be worth a look: that an end is not there yet is found by an error. */
const LOOK_BYTES = 256 * 1024;

/** Reads an answer while it comes. Throws where it is not of the contract's shape. */
export class TraceDecoder {
  readonly #cursor = new JsonCursor(new Uint8Array());
  readonly #texts = new Interner(this.#cursor);
  readonly #reader: SpanReader = { cursor: this.#cursor, texts: this.#texts };
  readonly #answer: Partial<Answer> = {};
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;
  #lookFrom: number;
  #isBegun = false;
  #isAmongSpans = false;
  #isEnded = false;

  /**
   * @param size of the answer in bytes, as far as it is known
   * @param smallBytes what is larger is walked over while it comes
   */
  constructor(size: number, smallBytes = SMALL_BYTES) {
    this.#buffer = new Uint8Array(size);
    this.#lookFrom = size > smallBytes ? Math.min(LOOK_BYTES, smallBytes) : smallBytes;
  }

  /** Takes the next bytes, and reads the spans that are whole. */
  push(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#buffer.length) this.#grow(this.#length + chunk.length);
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
    if (this.#length < this.#lookFrom) return;
    this.#showAll();
    try {
      this.#readOn();
    } catch (error) {
      if (!(error instanceof EndsTooEarly)) throw error;
    }
    // As much again as could not be read: a value of many megabytes is not walked over with every chunk.
    this.#lookFrom = this.#length + Math.max(LOOK_BYTES, this.#length - this.#cursor.at);
  }

  /** @param nowMs up to when what goes on has come */
  end(nowMs = Date.now()): Trace {
    this.#showAll();
    if (!this.#isBegun) return placed(parsed(this.#cursor.parse(0, this.#length) as TraceResponse), nowMs);
    this.#readOn();
    const { traceId, spans, logs, resources = [], scopes = [] } = this.#answer;
    if (traceId === undefined || spans === undefined || logs === undefined) {
      throw new SyntaxError("the answer is not a trace");
    }
    const source = (): TraceResponse => this.#cursor.parse(0, this.#length) as TraceResponse;
    return placed({ traceId, spans, logs, resources, scopes, source }, nowMs);
  }

  #grow(least: number): void {
    const larger = new Uint8Array(Math.max(least, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }

  #showAll(): void {
    this.#cursor.bytes = this.#buffer.subarray(0, this.#length);
  }

  /** Goes on where it stood; where the bytes end too early, it stands before what is not whole. */
  #readOn(): void {
    const cursor = this.#cursor;
    let whole = cursor.at;
    try {
      if (!this.#isBegun) cursor.enterObject();
      this.#isBegun = true;
      while (!this.#isEnded) {
        whole = cursor.at;
        if (this.#isAmongSpans) {
          if (cursor.nextElement()) this.#answer.spans?.push(new SpanInBytes(this.#reader));
          else this.#isAmongSpans = false;
        } else if (cursor.nextMember()) this.#readMember();
        else this.#isEnded = true;
      }
    } catch (error) {
      cursor.at = whole;
      throw error;
    }
  }

  #readMember(): void {
    const cursor = this.#cursor;
    const answer = this.#answer;
    switch (this.#texts.text(cursor.keyStart, cursor.keyEnd)) {
      case "traceId":
        answer.traceId = cursor.readString();
        break;
      case "spans":
        cursor.enterArray();
        answer.spans = [];
        this.#isAmongSpans = true;
        break;
      case "logs":
        answer.logs = cursor.readValue() as WireLog[];
        break;
      case "resources":
        answer.resources = (cursor.readValue() as WireResource[]).map(decodeResource);
        break;
      case "scopes":
        answer.scopes = (cursor.readValue() as WireScope[]).map(decodeScope);
        break;
      default:
        cursor.skipValue();
    }
  }
}

function parsed(wire: TraceResponse): Answer {
  return {
    traceId: wire.traceId,
    spans: wire.spans.map((span) => new ParsedSpan(span)),
    logs: wire.logs,
    resources: wire.resources.map(decodeResource),
    scopes: wire.scopes.map(decodeScope),
    source: () => wire,
  };
}

function placed(answer: Answer, nowMs: number): Trace {
  const { traceId, spans, logs: wireLogs, resources, scopes, source } = answer;
  const origin =
    earliest(spans, ({ wireStart }) => wireStart) ??
    earliest(wireLogs, (log) => wireTimeOf(logTime(log))) ??
    UNSET;
  const keys = uniqueKeys(spans);
  let end = 0;
  spans.forEach((span, index) => {
    span.place({
      key: keys?.[index] ?? span.spanId,
      origin,
      resource: resources[span.resourceIndex] ?? UNKNOWN_RESOURCE,
      scope: scopes[span.scopeIndex] ?? UNKNOWN_SCOPE,
    });
    const soFar = isRunning(span, nowMs) ? nanosBetween(origin, wireTimeOf(BigInt(nowMs) * 1_000_000n)) : 0;
    end = Math.max(end, span.start + span.duration, soFar);
  });
  spans.sort((a, b) => a.start - b.start);
  const startUnixNano = unixNanosOf(origin);
  const logs: LogRecord[] = wireLogs.map((log, index) => new DecodedLog(log, index, startUnixNano));
  logs.sort((a, b) => a.time - b.time);
  return {
    traceId,
    startUnixNano,
    duration: nanos(end),
    spans,
    logs,
    logsBySpan: Map.groupBy(logs, (log) => log.spanId),
    clock: clockOf(startUnixNano, spans),
    source,
  };
}

function decodeResource({ attributes, droppedAttributesCount }: WireResource): Resource {
  return {
    service: wireString(attributes, "service.name") ?? UNKNOWN_RESOURCE.service,
    attributes: decodeAttributes(attributes),
    droppedAttributes: droppedAttributesCount,
  };
}

const decodeScope = ({ name, version, attributes }: WireScope): Scope => ({
  name,
  version,
  attributes: decodeAttributes(attributes),
});

/** 0 is OTLP's "not set" and would stretch the trace back to 1970; it counts only where nothing else is known. */
function earliest<Item>(items: readonly Item[], timeOf: (item: Item) => WireTime): WireTime | undefined {
  let least: WireTime | undefined;
  for (const item of items) {
    const time = timeOf(item);
    if (!isUnset(time) && (least === undefined || isBefore(time, least))) least = time;
  }
  return least ?? (items.length > 0 ? UNSET : undefined);
}

/** Undefined where the ids are unique already, as they nearly always are. */
function uniqueKeys(spans: readonly DecodedSpan[]): string[] | undefined {
  if (new Set(spans.map(({ spanId }) => spanId)).size === spans.length) return undefined;
  const seen = new Map<string, number>();
  return spans.map(({ spanId }) => {
    const times = (seen.get(spanId) ?? 0) + 1;
    seen.set(spanId, times);
    return times === 1 ? spanId : `${spanId}~${times}`;
  });
}

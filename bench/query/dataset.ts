// The fixed data: a day of traces of ten spans with eight attributes each and one log, the same in every run and at
// every size. What the queries look for is known from it.
import {
  decodeTracesProtobufTable,
  encodeTracesProtobuf,
  type LogRecord,
  type Resource,
  type Span,
} from "../../packages/otlp/src/index.ts";
import { COLOS, type Random, spanAt, text } from "../spans.ts";

export const SPANS_PER_TRACE = 10;

/** All traces begin within this day, evenly. In milliseconds since the epoch. */
export const DAY = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2) } as const;

/** Attributes that a quarter of the spans have, and about a hundred of them. */
export const COMMON = { key: "cloudflare.colo", value: "AMS" } as const;
export const RARE = { key: "user.id", value: "user-7" } as const;

/** In the message of one log in 5,000. */
export const NEEDLE = "declined by issuer";

const TRACES_PER_USER = 10;
const LOGS_PER_NEEDLE = 5_000;
const NAMES = [
  "fetchHandler",
  "kv_get",
  "d1_all",
  "cart.load",
  "price.compute",
  "kv_put",
  "r2_get",
  "render",
  "queue_send",
  "cache_match",
] as const;

const RESOURCES = ["orders", "payments", "search"].map(
  (service): Resource => ({
    attributes: [
      text("service.name", service),
      text("cloud.provider", "cloudflare"),
      text("cloud.platform", "cloudflare.workers"),
      text("telemetry.sdk.name", "enterspan"),
    ],
    droppedAttributesCount: 0,
  }),
);
const SCOPE = { name: "orders", version: "1.4.0", attributes: [], droppedAttributesCount: 0 };

export const traceIdOf = (trace: number): string =>
  `${(Math.imul(trace + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0")}${(trace + 1).toString(16).padStart(24, "0")}`;

/** The traces from `first` on as a request of the store, out of `total`. */
export function requestOf(first: number, count: number, total: number) {
  const spans: Span[][] = RESOURCES.map(() => []);
  const logRecords: LogRecord[][] = RESOURCES.map(() => []);
  for (let trace = first; trace < first + count; trace++) {
    const service = trace % RESOURCES.length;
    const made = traceOf(trace, total);
    spans[service]?.push(...made.spans);
    logRecords[service]?.push(made.log);
  }
  const body = encodeTracesProtobuf({
    resourceSpans: RESOURCES.map((resource, at) => ({
      resource,
      scopeSpans: [{ scope: SCOPE, spans: spans[at] ?? [], schemaUrl: "" }],
      schemaUrl: "",
    })),
  });
  return {
    spans: decodeTracesProtobufTable(body),
    logs: RESOURCES.map((resource, at) => ({
      resource,
      resourceSchemaUrl: "",
      scope: SCOPE,
      scopeSchemaUrl: "",
      logs: logRecords[at] ?? [],
    })),
  };
}

function traceOf(trace: number, total: number): { spans: Span[]; log: LogRecord } {
  const random = randomOf(trace);
  const traceId = traceIdOf(trace);
  const begin = BigInt(DAY.from) * 1_000_000n + (BigInt(trace) * 86_400_000_000_000n) / BigInt(total);
  const user = `user-${random(Math.max(1, Math.floor(total / TRACES_PER_USER)))}`;
  const colo = COLOS[random(COLOS.length)] as string;
  const spans: Span[] = [];
  for (let index = 0; index < SPANS_PER_TRACE; index++) {
    const spanId = spanIdOf(trace, index);
    const parentSpanId = index === 0 ? "" : spanIdOf(trace, 0);
    const name = NAMES[index] as string;
    spans.push(
      spanAt({ traceId, spanId, parentSpanId, name, beginUnixNano: begin, index, colo, user }, random),
    );
  }
  const outcome = trace % LOGS_PER_NEEDLE === 0 ? NEEDLE : "accepted";
  const message = `order ${random(1_000_000)} of ${random(900) + 100}.${random(100)} EUR was ${outcome} after ${random(900)} ms`;
  const at = begin + 5_000_000n;
  return {
    spans,
    log: {
      timeUnixNano: at,
      observedTimeUnixNano: at,
      severityNumber: 9,
      severityText: "INFO",
      body: { stringValue: message },
      attributes: [text("order.channel", random(2) ? "web" : "app")],
      droppedAttributesCount: 0,
      flags: 1,
      traceId,
      spanId: spanIdOf(trace, 0),
      eventName: "",
    },
  };
}

const spanIdOf = (trace: number, place: number): string =>
  (BigInt(trace) * 16n + BigInt(place + 1)).toString(16).padStart(16, "0");

/** The same numbers for the same seed, spread well enough to look like traffic: mulberry32. */
function randomOf(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

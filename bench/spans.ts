// What a span of the benchmarks of ingest and of queries looks like: eight attributes, as a Worker's own code sets them. Which
// trace it belongs to and when that began is theirs to say.
import type { KeyValue, Span } from "../packages/otlp/src/index.ts";

export const COLOS = ["AMS", "FRA", "IAD", "SIN"] as const;

export const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });
export const integer = (key: string, value: number): KeyValue => ({
  key,
  value: { intValue: BigInt(value) },
});

/** A whole number from 0 to below `below`; the same ones in every run. */
export type Random = (below: number) => number;

export interface Place {
  traceId: string;
  spanId: string;
  /** Empty in the root. */
  parentSpanId: string;
  name: string;
  /** The trace's begin, and how many spans of it came before. */
  beginUnixNano: bigint;
  index: number;
  colo: string;
  user: string;
}

/** One in fifty has failed. */
export function spanAt(place: Place, random: Random): Span {
  const { traceId, spanId, parentSpanId, name, beginUnixNano, index, colo, user } = place;
  const failed = random(50) === 0;
  const start = beginUnixNano + BigInt(index * 2_000_000 + random(1_000_000));
  return {
    traceId,
    spanId,
    parentSpanId,
    traceState: "",
    flags: 257,
    name,
    kind: parentSpanId === "" ? 2 : 3,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(100_000 + random(20_000_000)),
    attributes: [
      text("http.request.method", random(3) ? "GET" : "POST"),
      text("url.path", `/orders/${random(5000)}/items`),
      integer("http.response.status_code", failed ? 500 : 200),
      text("cloudflare.colo", colo),
      text("user.id", user),
      { key: "cart.total", value: { doubleValue: random(100_000) / 100 } },
      { key: "cache.hit", value: { boolValue: random(2) === 0 } },
      integer("response.bytes", random(100_000)),
    ],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: failed ? { code: 2, message: "out of stock" } : { code: 0, message: "" },
  };
}

// Made-up spans for the tests of the pure parts. Only what a test sets differs from an empty internal span.
import fc from "fast-check";
import type { Span } from "./model.ts";
import { nanos, unixNanos } from "./time.ts";
import { valueLine } from "./value-text.ts";

export function madeUpSpan(set: Partial<Span>): Span {
  const spanId = set.spanId ?? "1";
  return {
    key: set.key ?? spanId,
    traceId: "t",
    spanId,
    parentSpanId: "",
    name: "span",
    title: set.name ?? "span",
    kind: "internal",
    start: nanos(0),
    duration: nanos(0),
    isEndMissing: false,
    startUnixNano: unixNanos(0n),
    endUnixNano: unixNanos(0n),
    status: "unset",
    statusMessage: "",
    isUnfinished: false,
    service: "shop",
    product: "Custom",
    attributes: [],
    anyAttribute: (test) => (set.attributes ?? []).some(({ key, value }) => test(key, valueLine(value))),
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
    droppedSpans: 0,
    droppedLogs: 0,
    resource: { service: "shop", attributes: [], droppedAttributes: 0 },
    scope: { name: "", version: "", attributes: [] },
    source: undefined,
    ...set,
  };
}

/** Any tangle: parents that are missing, later, the span itself, or in a circle; ids that come twice. By start. */
export const tangledSpans = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 30 }),
      parent: fc.option(fc.integer({ min: 0, max: 35 }), { nil: undefined }),
      start: fc.integer({ min: 0, max: 1_000 }),
      duration: fc.integer({ min: 0, max: 500 }),
    }),
    { maxLength: 60 },
  )
  .map((drafts) =>
    drafts
      .toSorted((a, b) => a.start - b.start)
      .map(({ id, parent, start, duration }, index) =>
        madeUpSpan({
          key: `${id}~${index}`,
          spanId: String(id),
          parentSpanId: parent === undefined ? "" : String(parent),
          start: nanos(start),
          duration: nanos(duration),
        }),
      ),
  );

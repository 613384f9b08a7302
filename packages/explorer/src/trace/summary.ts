// What the head of a trace's page says about it.

import type { Span, Trace } from "./model.ts";
import type { Product } from "./product.ts";
import type { Tree } from "./tree.ts";

export interface TraceFacts {
  /** The root that is no orphan, the earliest where there are several; undefined while it has not arrived. */
  readonly root: Span | undefined;
  /** The root's title; the earliest span's while the root has not arrived. */
  readonly name: string;
  readonly services: readonly string[];
  readonly products: readonly Product[];
  readonly errors: number;
  readonly orphans: number;
  readonly unfinished: number;
  /** Attributes, events and links their senders left out, all spans together. */
  readonly dropped: number;
  /** Whole spans and logs that were more than an invocation keeps. */
  readonly droppedSpans: number;
  readonly droppedLogs: number;
}

export function traceFacts(trace: Trace, tree: Tree): TraceFacts {
  const services = new Set<string>();
  const products = new Set<Product>();
  let root: Span | undefined;
  let errors = 0;
  let orphans = 0;
  let unfinished = 0;
  let dropped = 0;
  let droppedSpans = 0;
  let droppedLogs = 0;
  for (const span of trace.spans) {
    if (span.parentSpanId === "") root ??= span;
    services.add(span.service);
    products.add(span.product);
    if (span.status === "error") errors++;
    if (span.isUnfinished) unfinished++;
    droppedSpans += span.droppedSpans;
    droppedLogs += span.droppedLogs;
    dropped += span.droppedAttributes + span.droppedEvents + span.droppedLinks;
  }
  for (const flaw of tree.flaws.values()) if (flaw === "orphan") orphans++;
  const name = root?.title ?? trace.spans[0]?.title ?? "Trace without spans";
  return {
    root,
    name,
    services: [...services],
    products: [...products],
    errors,
    orphans,
    unfinished,
    dropped,
    droppedSpans,
    droppedLogs,
  };
}

// A stored trace as the tree that its spans' parents make, with each span's logs. Whatever was stored has a place: spans
// whose parent is missing, or that are each other's parents, stand on the first level. Linear, and no recursion: a trace may be
// a chain of 100,000 spans.
import type { TraceResponse, WireLog, WireSpan } from "@enterspan/backend/contract";

export interface Row {
  readonly span: WireSpan;
  readonly depth: number;
  readonly logs: readonly WireLog[];
  /** `service.name` of the span's resource. */
  readonly service: string;
  /** The service is another than the parent's. */
  readonly isEntry: boolean;
}

/** Parents before their children, siblings by start. */
export function rowsOf({ spans, logs, resources }: TraceResponse): Row[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = Map.groupBy(spans, ({ spanId, parentSpanId }) =>
    byId.has(parentSpanId) && parentSpanId !== spanId ? parentSpanId : "",
  );
  const logsOf = Map.groupBy(logs, ({ spanId }) => spanId);
  const services = resources.map(({ attributes }) => textOf(attributes, "service.name") ?? "");
  const rows: Row[] = [];
  const seen = new Set<WireSpan>();
  // What the first level does not lead to stands in a circle of parents: its earliest span is put there too.
  for (const top of [...(children.get("") ?? []), ...spans]) {
    const waiting = [{ span: top, depth: 0, caller: "" }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { span, depth, caller } = next;
      if (seen.has(span)) continue;
      seen.add(span);
      // Where an id comes twice, children and logs are the first one's.
      const isFirst = byId.get(span.spanId) === span;
      const service = services[span.resource] ?? "";
      rows.push({
        span,
        depth,
        logs: (isFirst && logsOf.get(span.spanId)) || [],
        service,
        isEntry: service !== caller,
      });
      if (!isFirst) continue;
      for (const child of (children.get(span.spanId) ?? []).toReversed())
        waiting.push({ span: child, depth: depth + 1, caller: service });
    }
  }
  return rows;
}

export function textOf(attributes: WireSpan["attributes"], key: string): string | undefined {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  return value !== undefined && "stringValue" in value ? value.stringValue : undefined;
}

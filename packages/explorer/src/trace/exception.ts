// The exceptions among a span's events, by OpenTelemetry's attribute names.
import type { Span, SpanEvent } from "./model.ts";
import { valueLine } from "./value-text.ts";

export interface Exception {
  readonly event: SpanEvent;
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
}

export const isException = (event: SpanEvent): boolean => event.name === "exception";

export function exceptionsOf(span: Span): Exception[] {
  return span.events.filter(isException).map((event) => ({
    event,
    type: textOf(event, "exception.type"),
    message: textOf(event, "exception.message"),
    stacktrace: textOf(event, "exception.stacktrace"),
  }));
}

function textOf(event: SpanEvent, key: string): string {
  const found = event.attributes.find((attribute) => attribute.key === key);
  return found === undefined ? "" : valueLine(found.value);
}

// Which spans begin something here: a trace, or a service's part in a trace that began elsewhere.
import type { Span } from "@enterspan/otlp";

/** OTLP's span flags: "it is known whether the parent is remote" and "it is". */
export const REMOTE_PARENT = 0x300;

/** Whether the span's parent is none, or in another process. */
export const isEntry = (span: Span): boolean =>
  span.parentSpanId === "" || (span.flags & REMOTE_PARENT) === REMOTE_PARENT;

// W3C Trace Context: the parent that a request brings along, and the header that a request of ours takes along.
// Source: https://www.w3.org/TR/trace-context/ (version 00).

export interface RemoteParent {
  traceId: string;
  spanId: string;
  sampled: boolean;
  traceState: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined when the headers name no valid parent: a malformed one is ignored, as the standard says. */
export function parseTraceparent(
  traceparent: string | null,
  tracestate: string | null,
): RemoteParent | undefined {
  if (traceparent === null) return undefined;
  const match = TRACEPARENT.exec(traceparent.trim());
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, more] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
    string?,
  ];
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, traceState: tracestate ?? "" };
}

export function formatTraceparent(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

// W3C Trace Context and Baggage: what a request brings along, and the headers that a request of ours takes along.
// Sources: https://www.w3.org/TR/trace-context/ (version 00), https://www.w3.org/TR/baggage/.
import type { PropagationConfig } from "./config.ts";

/** A span of another process. */
export interface RemoteSpan {
  traceId: string;
  spanId: string;
  sampled: boolean;
  /** "" when there is none. */
  traceState: string;
}

/** What an invocation takes over from whoever called it. */
export interface IncomingContext {
  /** The caller's span, whose trace goes on. */
  parent?: RemoteSpan;
  /** The callers' spans, where a trace of our own begins. */
  links?: Iterable<RemoteSpan>;
  /** The `baggage` header, which nobody here reads. */
  baggage?: string;
}

/** The part of `Headers` that is read. */
interface HeaderReader {
  get(name: string): string | null;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A key, or a tenant's key at a system, and a value: printable ASCII without `,` and `=`, not ending in a space. */
const TRACESTATE_MEMBER =
  /^(?:[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

const MAX_TRACESTATE_MEMBERS = 32;

/** Malformed headers name nothing, as the standard says: the invocation then begins a trace. */
export function incomingContext(
  headers: HeaderReader,
  incoming: PropagationConfig["incoming"],
): IncomingContext {
  if (incoming === "ignore") return {};
  const remote = parseTraceparent(headers.get("traceparent"), headers.get("tracestate"));
  if (incoming === "link") return remote === undefined ? {} : { links: [remote] };
  const baggage = headers.get("baggage");
  return { ...(remote !== undefined && { parent: remote }), ...(baggage !== null && { baggage }) };
}

export function parseTraceparent(
  traceparent: string | null,
  tracestate: string | null,
): RemoteSpan | undefined {
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
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, sampled, traceState: parseTracestate(tracestate) };
}

/** The list as it came but for empty members and space around members, or "" when any of it is malformed. */
export function parseTracestate(tracestate: string | null): string {
  if (tracestate === null) return "";
  const members = tracestate
    .split(",")
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ""))
    .filter((member) => member !== "");
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf("="))));
  const isValid =
    members.length <= MAX_TRACESTATE_MEMBERS &&
    keys.size === members.length &&
    members.every((member) => TRACESTATE_MEMBER.test(member));
  return isValid ? members.join(",") : "";
}

export function formatTraceparent(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/** Whether a request to `url`, as a Request has it, takes the trace's context along. */
export function isCarriedTo(url: string, exclude: PropagationConfig["exclude"]): boolean {
  if (exclude.length === 0) return true;
  const { hostname } = new URL(url);
  return !exclude.some((target) => {
    if (target === "*") return true;
    if (target.includes("://")) return url.startsWith(target);
    if (target.startsWith("*.")) return hostname === target.slice(2) || hostname.endsWith(target.slice(1));
    return hostname === target;
  });
}

// What differs from run to run and from host to host without meaning anything: replaced before trees and answers are
// compared. Whatever is masked here is not tested, so the list is short and says why.
import { mapTrees, type SpanNode, type Status, type Value } from "./tree.ts";

/** Attributes whose value is a matter of the moment; that they are there, and of which type, is still compared. */
const VOLATILE = [
  /** How long SQLite took. */
  "cloudflare.d1.response.sql_duration_ms",
  /** The database file's size depends on what else its simulator has stored. */
  "cloudflare.d1.response.size_after",
  /** An alarm that is due is set to the time it is. */
  "cloudflare.scheduled_time",
  /** Wrangler keeps a table of its own beside a program's. */
  "cloudflare.durable_object.response.db_size",
  /** Counts the database's commits since it was made, the simulator's own included. */
  "cloudflare.d1.query.bookmark",
  "cloudflare.d1.response.bookmark",
  /** When the simulator stored it, and what it made up for an upload. */
  "cloudflare.r2.response.uploaded",
  "cloudflare.r2.response.upload_id",
  "cloudflare.r2.request.upload_id",
  /** Follows from its namespace, which each host has named in its own way. */
  "cloudflare.durable_object.id",
  "objectId",
  "jsrpc.caller_span_id",
];

/** The tag of a part is made up, that of an object follows from what is in it. */
const PART_TAG = { span: "r2_uploadPart", attribute: "cloudflare.r2.response.etag" };

/** Summed over several statements, it is only there where the clock has moved. */
const SUMMED_DURATION = {
  spans: ["d1_batch", "d1_exec"],
  attribute: "cloudflare.d1.response.sql_duration_ms",
};

export interface Origins {
  worker: string;
  upstream: string;
}

/** Ports, random boundaries and the runtime's references to its own log in text. */
export function maskText(text: string, origins: Origins): string {
  return text
    .replaceAll(origins.worker, "http://worker")
    .replaceAll(origins.upstream, "http://upstream")
    .replaceAll(new URL(origins.worker).host, "worker")
    .replaceAll(new URL(origins.upstream).host, "upstream")
    .replaceAll(/boundary=[-\w]+/g, "boundary=…")
    .replaceAll(/\breference = \w+/g, "reference = …");
}

export function maskTrees(roots: SpanNode[], origins: Origins): SpanNode[] {
  return mapTrees(roots, (node) => ({
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes)
        .filter(([key]) => key !== SUMMED_DURATION.attribute || !SUMMED_DURATION.spans.includes(node.name))
        .map(([key, value]) => [
          key,
          isVolatile(node.name, key) ? `(some ${typeof value})` : maskValue(value, origins),
        ]),
    ),
    status: maskStatus(node.status, origins),
    exceptions: node.exceptions.map((exception) => ({
      ...exception,
      message: maskText(exception.message, origins),
    })),
    logs: node.logs.map((log) => ({ ...log, message: maskMessage(log.message, origins) })),
  }));
}

function isVolatile(span: string, key: string): boolean {
  return VOLATILE.includes(key) || (key === PART_TAG.attribute && span === PART_TAG.span);
}

function maskValue(value: Value, origins: Origins): Value {
  if (Array.isArray(value)) return value.map((item) => maskValue(item, origins));
  return typeof value === "string" ? maskText(value, origins) : value;
}

function maskStatus({ code, message }: Status, origins: Origins): Status {
  return message === undefined ? { code } : { code, message: maskText(message, origins) };
}

function maskMessage(message: unknown, origins: Origins): unknown {
  if (typeof message === "string") return maskText(message, origins);
  if (Array.isArray(message)) return message.map((item) => maskMessage(item, origins));
  return message;
}

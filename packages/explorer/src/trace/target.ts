// What a call was about, to stand beside its name: `kv_get` of which key, `jsRpcSession` of which method.
import type { Span } from "./model.ts";

/** Two calls with the same value of one of these were about the same. */
export const SUBJECT_KEYS: ReadonlySet<string> = new Set([
  "cloudflare.kv.query.keys",
  "cloudflare.r2.request.key",
  "cloudflare.durable_object.kv.query.keys",
  "cache.request.url",
  "db.query.text",
  "url.full",
]);
const SHOWN_KEYS: ReadonlySet<string> = new Set([
  ...SUBJECT_KEYS,
  "cloudflare.kv.query.prefix",
  "cloudflare.r2.request.keys",
  "cloudflare.r2.request.prefix",
  "cloudflare.durable_object.kv.query.prefix",
  "cloudflare.jsrpc.method",
  "cloudflare.queue.name",
  "cloudflare.send_email.to",
  "cloudflare.dispatch_namespace",
]);
/** Of longer ones, statements mostly, the span's panel has the whole. */
const MAX_CHARACTERS = 200;

/** One line, cut, addresses without their scheme; "" where nothing says it, or where the span's title does. */
export function targetOf(span: Span): string {
  if (span.product === "Invocation") return "";
  let target = "";
  span.anyAttribute((key, text) => {
    if (SHOWN_KEYS.has(key)) target = text;
    return target !== "";
  });
  return target
    .slice(0, MAX_CHARACTERS)
    .replace(/^https?:\/\//, "")
    .replace(/\s+/g, " ")
    .trim();
}

// Which Workers product a span is a call to, told by its name as the platform's tracing names it (`kv_get`,
// `d1_all` …). It gives a bar its colour and its label; a span that is no platform call belongs to the user's code.

/** Longest prefix first where one is the beginning of another. */
const BY_PREFIX = [
  ["durable_object_storage_kv_", "DO storage"],
  ["durable_object_storage_", "DO storage"],
  ["durable_object_alarms_", "DO alarm"],
  ["durable_object_", "Durable Object"],
  ["browser_rendering_", "Browser"],
  ["ratelimit_", "Rate limit"],
  ["vectorize_", "Vectorize"],
  ["images_", "Images"],
  ["cache_", "Cache"],
  ["queue_", "Queue"],
  ["jsRpc", "RPC"],
  ["jsrpc", "RPC"],
  ["wfp_", "Dispatch"],
  ["wae_", "Analytics"],
  ["kv_", "KV"],
  ["d1_", "D1"],
  ["r2_", "R2"],
  ["ai_", "AI"],
] as const;

/** A trace has many spans, and most of them are none of these. */
const BY_FIRST_LETTER = Map.groupBy(BY_PREFIX, ([prefix]) => prefix.charAt(0));

const BY_NAME = {
  fetch: "fetch",
  send_email: "Email",
  reply_email: "Email",
  forward_email: "Email",
} as const;

export type Product =
  | (typeof BY_PREFIX)[number][1]
  | (typeof BY_NAME)[keyof typeof BY_NAME]
  /** The root span of a handler's call. */
  | "Invocation"
  /** A span of the user's own. */
  | "Custom";

/**
 * @param name of the span
 * @param isInvocation whether it carries a handler's attributes (`faas.trigger`, `cloudflare.handler_type`)
 */
export function productOf(name: string, isInvocation: boolean): Product {
  if (isInvocation) return "Invocation";
  if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name as keyof typeof BY_NAME];
  const candidates = BY_FIRST_LETTER.get(name.charAt(0));
  return candidates?.find(([prefix]) => name.startsWith(prefix))?.[1] ?? "Custom";
}

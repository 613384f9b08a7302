// Words for spans of bindings that the documentation knows and the open-source runtime does not make. Some bindings are
// other Workers on this machine, which the runtime calls over RPC, and tells of as that.
import type { SpanDeviation } from "./case.ts";
import { type Escaped, fails } from "./escape.ts";
import type { Value } from "./tree.ts";

/** One binding's spans. */
export interface DocumentedBinding {
  /** Its name in `env`. */
  name: string;
  /** `cloudflare.binding.type`. */
  type: string;
  attributes?: Record<string, Value>;
  /** Whether the simulator is called over RPC. */
  overRpc?: true;
}

/** Of `span`, such as `parent > ratelimit_run`, and the error that it fails with, if it does. */
export function documented(
  { name, type, attributes, overRpc }: DocumentedBinding,
  span: string,
  more: Record<string, Value> = {},
  error?: Escaped,
): SpanDeviation[] {
  const failed = error && fails(span, error);
  const because = "documented; the open-source runtime does not make it";
  const known = { "cloudflare.binding.type": type, "cloudflare.binding.name": name, ...attributes };
  const ours: SpanDeviation = {
    ...(failed ?? { span }),
    because,
    ours: true,
    attributes: { ...known, ...more, ...failed?.attributes },
  };
  const [parent] = span.split(" > ");
  return overRpc ? [{ span: `${parent} > jsRpcSession`, because, absent: {} }, ours] : [ours];
}

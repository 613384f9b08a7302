// The calls of a trace to something outside the program (KV, D1, fetch …), with what each was about.
import type { Product } from "../product.ts";
import { SUBJECT_KEYS } from "../target.ts";
import type { Tree } from "../tree.ts";

export interface Call {
  readonly position: number;
  /** Position of the parent, -1 for none. */
  readonly parent: number;
  readonly name: string;
  /** Service, product and binding: what the call went to. */
  readonly store: string;
  /** The key, statement or address; "" where it is not recorded. */
  readonly target: string;
  /** The target does not say all: a statement whose values are not recorded. */
  readonly isTemplate: boolean;
  /** It changes nothing, so it can be done at another time or left out. */
  readonly isRead: boolean;
  readonly start: number;
  readonly end: number;
}

const NOT_CALLS: ReadonlySet<Product> = new Set(["Custom", "Invocation"]);
const READS =
  /^(kv_(get|getWithMetadata|list)|r2_(get|head|list)|cache_match|durable_object_storage_(kv_)?(get|list)|vectorize_(query|queryById|getByIds|describe)|fetch|d1_(first|all|raw|run)|durable_object_storage_exec)$/;
const READING_STATEMENT = /^\s*(select|with)\b/i;
const READING_METHOD = /^(get|head)$/i;
const PLACEHOLDER = /\?|[:@$]\w/;

export function callsOf(tree: Tree): Call[] {
  const calls: Call[] = [];
  tree.spans.forEach((span, position) => {
    if (NOT_CALLS.has(span.product)) return;
    let target = "";
    let binding = "";
    let method = "GET";
    let isStatement = false;
    span.anyAttribute((key, text) => {
      if (SUBJECT_KEYS.has(key)) {
        target = text;
        isStatement = key === "db.query.text";
      } else if (key === "cloudflare.binding.name") binding = text;
      else if (key === "http.request.method" || key === "cache.request.method") method = text;
      return false;
    });
    const isReading = isStatement ? READING_STATEMENT.test(target) : READING_METHOD.test(method);
    calls.push({
      position,
      parent: tree.parent[position] as number,
      name: span.name,
      store: `${span.service}\n${span.product}\n${binding}`,
      target,
      isTemplate: isStatement && PLACEHOLDER.test(target),
      isRead: READS.test(span.name) && isReading,
      start: span.start,
      end: span.start + span.duration,
    });
  });
  return calls;
}

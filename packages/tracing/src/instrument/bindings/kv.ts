// KV namespaces: get, getWithMetadata, put, delete, list. Names, keys and values follow the runtime's own spans.
import type { Runtime } from "../../runtime.ts";
import type { Span } from "../../span.ts";
import { safeText, utf8Length } from "../../text.ts";
import { sizeOf } from "../bytes.ts";
import type { Instrumentations } from "../env.ts";
import { type Fields, flatten, pick, pickIntegers } from "../fields.ts";
import { annotate, type Operation, type OperationAttributes, traceMethod } from "../operation.ts";

type Method = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** The part of a KV namespace that is wrapped. */
export interface KvNamespace {
  get: Method;
  getWithMetadata: Method;
  put: Method;
  delete: Method;
  list: Method;
}

interface ValueWithMetadata {
  value: unknown;
  metadata: unknown;
  cacheStatus?: string | null;
}

/** KV's own limit. */
const MAX_KEY_BYTES = 512;

export const kv: Instrumentations = { KvNamespace: instrumentKv };

export function instrumentKv(runtime: Runtime, namespace: KvNamespace, bindingName: string): void {
  const common = (operation: string): OperationAttributes => ({
    "db.system.name": "cloudflare-kv",
    "db.operation.name": operation,
    "cloudflare.binding.name": bindingName,
    "cloudflare.binding.type": "KV",
  });
  const { getWithMetadata } = namespace;

  const read = (method: "get" | "getWithMetadata", result: (entry: ValueWithMetadata) => unknown) =>
    traceMethod(runtime, namespace, method, (args, self): Operation<unknown> | undefined => {
      if (args.length === 0) return undefined;
      const isSingle = typeof args[0] === "string";
      return {
        name: `kv_${method}`,
        attributes() {
          return { ...common("get"), ...query(readQuery(args)) };
        },
        resultAttributes(value) {
          return isSingle ? {} : bulkAttributes(value);
        },
        ...(isSingle &&
          isKey(args[0]) && {
            instead(span: Span) {
              return readEntry(getWithMetadata, self, args, span).then(result);
            },
          }),
      };
    });
  read("get", ({ value }) => value);
  read("getWithMetadata", (entry) => entry);

  const write = (method: "put" | "delete", least: number, more: (args: unknown[]) => Fields) =>
    traceMethod(runtime, namespace, method, (args) =>
      args.length < least || !isKey(args[0])
        ? undefined
        : {
            name: `kv_${method}`,
            attributes() {
              return {
                ...common(method),
                ...query({ ...keysQuery([String(args[0])]), ...more(args) }),
              };
            },
          },
    );
  write("put", 2, putQuery);
  write("delete", 1, () => ({}));

  traceMethod(runtime, namespace, "list", ([options]) => ({
    name: "kv_list",
    attributes() {
      return {
        ...common("list"),
        ...query({ ...pick(options, "prefix cursor"), ...pickIntegers(options, "limit") }),
      };
    },
    resultAttributes: listAttributes,
  }));
}

/**
 * Reads one key with its metadata, which the runtime fetches anyway, and JSON as text, which the runtime does too, so
 * that the span can tell of both.
 */
function readEntry(
  getWithMetadata: Method,
  namespace: unknown,
  [key, options]: unknown[],
  span: Span,
): Promise<ValueWithMetadata> {
  const isJson =
    (typeof options === "string" ? options : (options as { type?: unknown } | null)?.type) === "json";
  return getWithMetadata.call(namespace, key, isJson ? askedAsText(options) : options).then((result) => {
    const entry = result as ValueWithMetadata;
    annotate(span, () => entryAttributes(entry));
    return isJson && entry.value !== null ? { ...entry, value: JSON.parse(entry.value as string) } : entry;
  });
}

function askedAsText(options: unknown): unknown {
  return typeof options === "string"
    ? "text"
    : { type: "text", cacheTtl: (options as { cacheTtl?: number }).cacheTtl };
}

/** What is asked for, `db.operation.name` aside. */
const query = (fields: Fields): OperationAttributes => flatten("cloudflare.kv", { query: fields });
const response = (fields: Fields): OperationAttributes => flatten("cloudflare.kv", { response: fields });

const keysQuery = (keys: string[]): Fields => ({ keys, "keys.count": keys.length });

/** Whether the runtime takes `key`. What it refuses it never sends, and its own spans do not name. */
function isKey(key: unknown): boolean {
  const name = safeText(key, "");
  return name !== "" && name !== "." && name !== ".." && utf8Length(name) <= MAX_KEY_BYTES;
}

/** Of `(key | keys, type | { type, cacheTtl })`. */
function readQuery([keys, options]: unknown[]): Fields {
  return {
    ...(Array.isArray(keys) ? keysQuery(keys.map(String)) : isKey(keys) && keysQuery([String(keys)])),
    ...(typeof options === "string" ? { type: options } : pick(options, "type")),
    ...pickIntegers(options, "cacheTtl"),
  };
}

function entryAttributes({ value, metadata, cacheStatus }: ValueWithMetadata): OperationAttributes {
  if (value === null) return {};
  return response({
    metadata: metadata === null ? undefined : true,
    size: sizeOf(value),
    returnedRows: 1,
    cacheStatus,
  });
}

const bulkAttributes = (value: unknown): OperationAttributes =>
  value instanceof Map ? response({ returnedRows: value.size }) : {};

/** Of `(key, value, { expiration, expirationTtl, metadata })`. */
function putQuery([, value, options]: unknown[]): Fields {
  const { metadata } = (options ?? {}) as Fields;
  return {
    ...pickIntegers(options, "expiration expirationTtl"),
    metadata: metadata === undefined || metadata === null ? undefined : true,
    valueType: valueType(value),
    // What is no object the runtime stores as text.
    payload: { size: sizeOf(value instanceof Object ? value : String(value)) },
  };
}

function listAttributes(result: unknown): OperationAttributes {
  const { keys } = result as { keys: unknown[] };
  return response({ ...pick(result, "list_complete cursor cacheStatus"), returnedRows: keys.length });
}

function valueType(value: unknown): string | undefined {
  if (!(value instanceof Object)) return "text";
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return "ArrayBuffer";
  return value instanceof ReadableStream ? "ReadableStream" : undefined;
}

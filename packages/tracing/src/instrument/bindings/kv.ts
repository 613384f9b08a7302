// KV namespaces: get, getWithMetadata, put, delete, list. Names, keys and values follow the runtime's own spans.
import type { Runtime } from "../../runtime.ts";
import { utf8Length } from "../../text.ts";
import { type OperationAttributes, shadow, traceOperation } from "../operation.ts";

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

const PREFIX = "cloudflare.kv";

export function instrumentKv(runtime: Runtime, namespace: KvNamespace, bindingName: string): void {
  const common = (operation: string): OperationAttributes => ({
    "db.system.name": "cloudflare-kv",
    "db.operation.name": operation,
    "cloudflare.binding.name": bindingName,
    "cloudflare.binding.type": "KV",
  });
  const { getWithMetadata } = namespace;

  shadow(
    namespace,
    "get",
    (get) =>
      function (this: unknown, ...args) {
        // One key is read with its metadata, which the runtime fetches anyway, so that the span can tell of it.
        const isSingle = typeof args[0] === "string";
        let entry: ValueWithMetadata | undefined;
        return traceOperation(
          runtime,
          {
            name: "kv_get",
            attributes: () => ({ ...common("get"), ...readAttributes(args) }),
            resultAttributes: (value) =>
              entry === undefined ? bulkAttributes(value) : entryAttributes(entry),
          },
          (span) => {
            if (span === undefined || !isSingle) return get.apply(this, args);
            return getWithMetadata.apply(this, args).then((result) => {
              entry = result as ValueWithMetadata;
              return entry.value;
            });
          },
        );
      },
  );

  shadow(
    namespace,
    "getWithMetadata",
    (original) =>
      function (this: unknown, ...args) {
        return traceOperation(
          runtime,
          {
            name: "kv_getWithMetadata",
            attributes: () => ({ ...common("get"), ...readAttributes(args) }),
            resultAttributes: (value) =>
              typeof args[0] === "string"
                ? entryAttributes(value as ValueWithMetadata)
                : bulkAttributes(value),
          },
          () => original.apply(this, args),
        );
      },
  );

  shadow(
    namespace,
    "put",
    (put) =>
      function (this: unknown, ...args) {
        return traceOperation(
          runtime,
          {
            name: "kv_put",
            attributes: () => ({
              ...common("put"),
              ...keysAttributes([String(args[0])]),
              ...putAttributes(args),
            }),
          },
          () => put.apply(this, args),
        );
      },
  );

  shadow(
    namespace,
    "delete",
    (remove) =>
      function (this: unknown, ...args) {
        return traceOperation(
          runtime,
          {
            name: "kv_delete",
            attributes: () => ({ ...common("delete"), ...keysAttributes([String(args[0])]) }),
          },
          () => remove.apply(this, args),
        );
      },
  );

  shadow(
    namespace,
    "list",
    (list) =>
      function (this: unknown, ...args) {
        return traceOperation(
          runtime,
          {
            name: "kv_list",
            attributes: () => ({ ...common("list"), ...listAttributes(args[0]) }),
            resultAttributes: listResultAttributes,
          },
          () => list.apply(this, args),
        );
      },
  );
}

function keysAttributes(keys: string[]): OperationAttributes {
  return { [`${PREFIX}.query.keys`]: keys.join(", "), [`${PREFIX}.query.keys.count`]: keys.length };
}

/** Of `(key | keys, type | { type, cacheTtl })`. */
function readAttributes([keys, options]: unknown[]): OperationAttributes {
  const { type, cacheTtl } = (typeof options === "string" ? { type: options } : (options ?? {})) as Record<
    string,
    unknown
  >;
  return {
    ...keysAttributes(Array.isArray(keys) ? keys.map(String) : [String(keys)]),
    [`${PREFIX}.query.type`]: type as string | undefined,
    [`${PREFIX}.query.cache_ttl`]: cacheTtl as number | undefined,
  };
}

function entryAttributes({ value, metadata, cacheStatus }: ValueWithMetadata): OperationAttributes {
  if (value === null) return {};
  return {
    [`${PREFIX}.response.metadata`]: metadata === null ? undefined : true,
    [`${PREFIX}.response.size`]: sizeOf(value),
    [`${PREFIX}.response.returned_rows`]: 1,
    [`${PREFIX}.response.cache_status`]: cacheStatus,
  };
}

function bulkAttributes(value: unknown): OperationAttributes {
  return value instanceof Map ? { [`${PREFIX}.response.returned_rows`]: value.size } : {};
}

/** Of `(key, value, { expiration, expirationTtl, metadata })`. */
function putAttributes([, value, options]: unknown[]): OperationAttributes {
  const { expiration, expirationTtl, metadata } = (options ?? {}) as Record<string, unknown>;
  return {
    [`${PREFIX}.query.expiration`]: integer(expiration),
    [`${PREFIX}.query.expiration_ttl`]: integer(expirationTtl),
    [`${PREFIX}.query.metadata`]: metadata === undefined || metadata === null ? undefined : true,
    [`${PREFIX}.query.value_type`]: valueType(value),
    [`${PREFIX}.query.payload.size`]: sizeOf(value),
  };
}

function listAttributes(options: unknown): OperationAttributes {
  const { limit, prefix, cursor } = (options ?? {}) as Record<string, unknown>;
  return {
    [`${PREFIX}.query.limit`]: limit as number | undefined,
    [`${PREFIX}.query.prefix`]: prefix as string | undefined,
    [`${PREFIX}.query.cursor`]: cursor as string | undefined,
  };
}

function listResultAttributes(value: unknown): OperationAttributes {
  const result = value as {
    keys: unknown[];
    list_complete: boolean;
    cursor?: string;
    cacheStatus?: string | null;
  };
  return {
    [`${PREFIX}.response.list_complete`]: result.list_complete,
    [`${PREFIX}.response.cursor`]: result.cursor,
    [`${PREFIX}.response.returned_rows`]: result.keys.length,
    [`${PREFIX}.response.cache_status`]: result.cacheStatus,
  };
}

function valueType(value: unknown): string | undefined {
  if (typeof value === "string") return "text";
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return "ArrayBuffer";
  return value instanceof ReadableStream ? "ReadableStream" : undefined;
}

/** Bytes, where they can be known without reading a stream or serialising again what was parsed. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === "string") return utf8Length(value);
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? value.byteLength : undefined;
}

function integer(value: unknown): number | undefined {
  return value === undefined || value === null ? undefined : Math.trunc(Number(value));
}

// Attributes named after the fields that options and results have: `{ query: { cacheTtl: 60 } }` under `cloudflare.kv` is
// `cloudflare.kv.query.cache_ttl`.
import type { OperationAttributes } from "./operation.ts";

export type Fields = Record<string, unknown>;

/** One attribute for each field, and for those of objects within; dates as ISO text, if they are any, lists joined. */
export function flatten(prefix: string, fields: Fields): OperationAttributes {
  const attributes: OperationAttributes = {};
  for (const [name, value] of Object.entries(fields)) {
    const key = `${prefix}.${separated(name, "_")}`;
    if (value instanceof Date) attributes[key] = value.toJSON();
    else if (Array.isArray(value)) attributes[key] = value.join(", ");
    else if (value instanceof Object) Object.assign(attributes, flatten(key, value as Fields));
    // A symbol is no value that could be sent; the platform refuses it, too.
    else if (typeof value !== "symbol") attributes[key] = value as string;
  }
  return attributes;
}

/** The fields of `source` of those names. */
export function pick(source: unknown, names: string): Fields {
  const fields = (source ?? {}) as Fields;
  return Object.fromEntries(names.split(" ").map((name) => [name, fields[name]]));
}

/** As `pick`, of integers: the runtime cuts off what it is given, and takes what is no number for 0. */
export function pickIntegers(source: unknown, names: string): Fields {
  return Object.fromEntries(
    Object.entries(pick(source, names)).map(([name, value]) => [
      name,
      value === undefined ? value : Math.trunc(Number(value)) || 0,
    ]),
  );
}

/** `cacheControl` as `cache-control` or `cache_control`. */
export function separated(name: string, separator: string): string {
  return name.replace(/[A-Z]/g, (letter) => separator + letter.toLowerCase());
}

/** Headers of a request, by their names, as attributes. */
export function headerAttributes(headers: Headers, names: string): OperationAttributes {
  return Object.fromEntries(
    names.split(" ").map((name) => [`http.request.header.${name}`, headers.get(name)]),
  );
}

import type { Declaration } from "../../case.ts";
import { fails } from "../../escape.ts";

const NO_SQL =
  "SQL is not enabled for this Durable Object class. To enable it, change `new_classes` to `new_sqlite_classes` within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd directly,set `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the class is already deployed to production.";
const NO_KV =
  "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use SQLite. You can use the older, asyncronous interface via methods of `storage` itself (e.g. `storage.get()`). Alternatively, to enable SQLite, change `new_classes` to `new_sqlite_classes` within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd directly, set `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the class is already deployed to production.";

const kvGet = fails("kv > durable_object_storage_kv_get", { type: "Error", message: NO_KV });

export default {
  bindings: { legacyObjects: { OBJECTS: "Store" } },
  invocations: 2,
  beyond: [
    fails("sql > durable_object_storage_exec", { type: "Error", message: NO_SQL }),
    fails("databaseSize > durable_object_storage_getDatabaseSize", { type: "Error", message: NO_SQL }),
    {
      ...kvGet,
      because: `${kvGet.because}; and the runtime looks at the storage before it tells of the call`,
      attributes: {
        ...kvGet.attributes,
        "db.system.name": "cloudflare-durable-object-sql",
        "db.operation.name": "get",
        "cloudflare.durable_object.kv.query.keys": "one",
        "cloudflare.durable_object.kv.query.keys.count": 1,
      },
    },
  ],
} satisfies Declaration;

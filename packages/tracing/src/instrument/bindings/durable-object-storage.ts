// The storage of Durable Objects: key-value calls, the synchronous ones too, transactions and alarms; durable-object-sql.ts
// has the rest. Names and parents follow the runtime's own spans, keys the documentation where those have none.
import { attempt } from "../../attempt.ts";
import type { Runtime } from "../../runtime.ts";
import type { Instrumentations } from "../env.ts";
import type { Operation, OperationAttributes } from "../operation.ts";
import { DURABLE_OBJECT, own, pick, traceStorage } from "./durable-object-operation.ts";
import { instrumentSql, type SqlStorage } from "./durable-object-sql.ts";

/** The methods of storage, of its synchronous part or of a transaction. */
type Calls = Record<string, unknown>;

/** The part of an object's storage that is wrapped. */
export interface ObjectStorage extends Calls {
  readonly kv?: Calls;
  readonly sql?: SqlStorage;
}

/** Where among a method's arguments its options are, if it takes any. What comes before them must be there. */
const METHODS = {
  sync: -1,
  getCurrentBookmark: -1,
  list: 0,
  deleteAll: 0,
  getAlarm: 0,
  deleteAlarm: 0,
  setAlarm: 1,
  get: 1,
  delete: 1,
  put: 2,
};

/** By the names that the documentation has for them. */
const OPTIONS = "start startAfter end prefix reverse limit allow_concurrency no_cache allow_unconfirmed";

/** What does not depend on SQLite. */
const ASYNCHRONOUS: OperationAttributes = { "db.system.name": "cloudflare-durable-object" };

/** Not of bindings, but of what a Durable Object is given: it may come by any class. */
export const objectStorage: Instrumentations = { DurableObjectStorage: instrumentStorage };

/** Instruments the storage of the object of that id. */
export function instrumentStorage(runtime: Runtime, storage: ObjectStorage, objectId: string): void {
  const { kv, sql } = storage;
  own(storage, objectId, (prototype) => instrumentAsynchronous(runtime, prototype));
  if (kv) own(kv, objectId, (prototype) => instrumentCalls(runtime, prototype, "kv_"));
  if (sql) own(sql, objectId, (prototype) => instrumentSql(runtime, prototype));
}

/** Storage, or a transaction. */
function instrumentAsynchronous(runtime: Runtime, prototype: Calls): void {
  instrumentCalls(runtime, prototype, "");
  const { transaction } = prototype as { transaction: (closure: unknown) => unknown };
  traceStorage(runtime, prototype, "transaction", ([closure], self, objectId) =>
    typeof closure === "function"
      ? {
          attributes() {
            return ASYNCHRONOUS;
          },
          instead() {
            return transaction.call(self, (calls: Calls) => {
              attempt(() => own(calls, objectId, (its) => instrumentAsynchronous(runtime, its)));
              return closure(calls);
            });
          },
        }
      : undefined,
  );
}

function instrumentCalls(runtime: Runtime, prototype: Calls, kind: "" | "kv_"): void {
  for (const [method, optionsAt] of Object.entries(METHODS)) {
    traceStorage(runtime, prototype, method, (args) => {
      const [first, second] = args;
      const isKeyed = optionsAt > 0;
      // Of the synchronous methods only `list` takes any.
      const options = kind && isKeyed ? undefined : args[optionsAt];
      // What the runtime refuses before it makes a span.
      const isRefused =
        (options !== undefined && typeof options !== "object") ||
        (isKeyed && (args.length < (kind ? optionsAt : 1) || typeof first === "symbol"));
      if (isRefused) return undefined;
      if (method.endsWith("Alarm")) return alarmOperation(method, first);
      const entries = !kind && method === "put" && typeof first === "object" && first;
      return {
        name: `durable_object_storage_${kind}${method}`,
        attributes() {
          return {
            ...(!kind && ASYNCHRONOUS),
            // The synchronous methods take one key.
            ...(isKeyed && keysAttributes(entries ? Object.keys(entries) : kind ? String(first) : first)),
            ...pick("kv.query", OPTIONS, entries ? second : options),
          };
        },
        ...(method === "delete" && {
          resultAttributes(deleted) {
            return {
              [`${DURABLE_OBJECT}.kv.response.deleted_count`]: Number(deleted),
            };
          },
        }),
      };
    });
  }
}

function alarmOperation(method: string, time: unknown): Partial<Operation<unknown>> | undefined {
  const isSet = method === "setAlarm";
  if (isSet && typeof time !== "number" && !(time instanceof Date)) return undefined;
  const set = isSet && scheduled(time);
  return {
    name: `durable_object_alarms_${method}`,
    attributes() {
      return { "db.system.name": undefined, "db.operation.name": undefined, ...set };
    },
    resultAttributes: scheduled,
  };
}

/** @throws RangeError for what is no time, which the runtime refuses too. */
const scheduled = (time: unknown): OperationAttributes => ({
  [`${DURABLE_OBJECT}.alarm.scheduled_time`]:
    time === undefined || time === null ? undefined : new Date(time as number).toISOString(),
});

function keysAttributes(keys: unknown): OperationAttributes {
  const list = Array.isArray(keys) ? keys : [keys];
  return {
    [`${DURABLE_OBJECT}.kv.query.keys`]: list.map(String).join(", "),
    [`${DURABLE_OBJECT}.kv.query.keys.count`]: list.length,
  };
}

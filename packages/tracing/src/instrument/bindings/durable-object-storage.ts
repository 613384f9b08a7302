// The storage of Durable Objects: key-value calls, the synchronous ones too, transactions and alarms; durable-object-sql.ts
// has the rest. Names and parents follow the runtime's own spans, keys the documentation where those have none.
import type { Runtime } from "../../runtime.ts";
import type { AttributeValue } from "../../span-record.ts";
import { attempt, type Operation, type OperationAttributes, traceMethod } from "../operation.ts";
import { DURABLE_OBJECT, own, ownerOf, storageOperation } from "./durable-object-operation.ts";
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
  traceMethod(runtime, prototype, "transaction", ([closure], self) => {
    const objectId = ownerOf(self);
    if (typeof closure !== "function" || objectId === undefined) return undefined;
    return storageOperation(self, "transaction", {
      attributes: asynchronous,
      instead: () =>
        transaction.call(self, (calls: Calls) => {
          attempt(() => own(calls, objectId, (its) => instrumentAsynchronous(runtime, its)));
          return closure(calls);
        }),
    });
  });
}

function instrumentCalls(runtime: Runtime, prototype: Calls, kind: "" | "kv_"): void {
  for (const [method, optionsAt] of Object.entries(METHODS)) {
    traceMethod(runtime, prototype, method, (args, self) => {
      const [first, second] = args;
      const isKeyed = optionsAt > 0;
      // Of the synchronous methods only `list` takes any.
      const options = kind && isKeyed ? undefined : args[optionsAt];
      // The runtime refuses the rest before it makes a span.
      const isTaken =
        ownerOf(self) !== undefined &&
        (options === undefined || typeof options === "object") &&
        (!isKeyed || (first !== undefined && typeof first !== "symbol")) &&
        (kind === "" || method !== "put" || second !== undefined);
      if (!isTaken) return undefined;
      if (method.endsWith("Alarm")) return alarmOperation(self, method, first);
      const entries = method === "put" && isObject(first) ? first : undefined;
      return storageOperation(self, method, {
        name: `durable_object_storage_${kind}${method}`,
        attributes: () => ({
          ...(kind === "" && asynchronous()),
          ...(isKeyed && keysAttributes(entries ? Object.keys(entries) : first)),
          ...optionsAttributes(entries ? second : options),
        }),
        ...(method === "delete" && { resultAttributes: deletedAttributes }),
      });
    });
  }
}

function alarmOperation(self: unknown, method: string, time: unknown): Operation<unknown> | undefined {
  const isSet = method === "setAlarm";
  if (isSet && typeof time !== "number" && !(time instanceof Date)) return undefined;
  const set = isSet ? scheduled(time) : {};
  return {
    name: `durable_object_alarms_${method}`,
    attributes: () => ({ [`${DURABLE_OBJECT}.id`]: ownerOf(self), ...set }),
    resultAttributes: scheduled,
    isLeaf: true,
  };
}

/** @throws RangeError for what is no time, which the runtime refuses too. */
function scheduled(time: unknown): OperationAttributes {
  if (time === null || time === undefined) return {};
  return { [`${DURABLE_OBJECT}.alarm.scheduled_time`]: new Date(time as number).toISOString() };
}

/** What does not depend on SQLite. */
const asynchronous = (): OperationAttributes => ({ "db.system.name": "cloudflare-durable-object" });

function keysAttributes(keys: unknown): OperationAttributes {
  const list = Array.isArray(keys) ? keys : [keys];
  return {
    [`${DURABLE_OBJECT}.kv.query.keys`]: list.map(String).join(", "),
    [`${DURABLE_OBJECT}.kv.query.keys.count`]: list.length,
  };
}

function optionsAttributes(options: unknown): OperationAttributes {
  const attributes: OperationAttributes = {};
  if (!isObject(options)) return attributes;
  for (const option of OPTIONS.split(" ")) {
    const name = option.replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
    attributes[`${DURABLE_OBJECT}.kv.query.${option}`] = options[name] as AttributeValue;
  }
  return attributes;
}

const deletedAttributes = (deleted: unknown): OperationAttributes => ({
  [`${DURABLE_OBJECT}.kv.response.deleted_count`]: Number(deleted),
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

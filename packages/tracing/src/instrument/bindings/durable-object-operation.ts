// What all operations on the storage of a Durable Object share. Objects, their transactions and their cursors are many
// and of few classes: it is the prototypes' methods that are replaced, once each, and each object is remembered.
import type { Runtime } from "../../runtime.ts";
import type { AttributeValue } from "../../span-record.ts";
import { instrumentOnce, type Operation, type OperationAttributes, traceMethod } from "../operation.ts";

export const DURABLE_OBJECT = "cloudflare.durable_object";

/** The id of the object that a storage belongs to, or a part of one. */
const owners = new WeakMap<object, string>();

/** Remembers what belongs to the object of that id; `instrument` gets its prototype, if that is a new one. */
export function own<T extends object>(part: T, objectId: string, instrument: (prototype: T) => void): void {
  owners.set(part, objectId);
  instrumentOnce(part, instrument);
}

/** As `traceMethod`, of what has been remembered; `describe` says what the method's name does not. */
export function traceStorage<T extends object>(
  runtime: Runtime,
  prototype: T,
  method: keyof T & string,
  describe: (args: unknown[], self: T, objectId: string) => Partial<Operation<unknown>> | undefined,
): void {
  traceMethod(runtime, prototype, method, (args, self) => {
    const objectId = owners.get(self as T);
    const more = objectId === undefined ? undefined : describe(args, self as T, objectId);
    return (
      more && {
        name: `durable_object_storage_${method}`,
        isLeaf: true,
        ...more,
        attributes() {
          return {
            "db.system.name": "cloudflare-durable-object-sql",
            "db.operation.name": method,
            [`${DURABLE_OBJECT}.id`]: objectId,
            ...more.attributes?.(),
          };
        },
      }
    );
  });
}

/** Attributes below `prefix` by their names, separated by spaces, which `source` has in camel case. */
export function pick(prefix: string, names: string, source: unknown): OperationAttributes {
  const attributes: OperationAttributes = {};
  for (const name of names.split(" ")) {
    const key = name.replace(/_(.)/, (_, letter: string) => letter.toUpperCase());
    attributes[`${DURABLE_OBJECT}.${prefix}.${name}`] = (source as Record<string, AttributeValue> | null)?.[
      key
    ];
  }
  return attributes;
}

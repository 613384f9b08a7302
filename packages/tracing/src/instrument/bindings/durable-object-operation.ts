// What all operations on the storage of a Durable Object share. Objects, their transactions and their cursors are many
// and of few classes: it is the prototypes' methods that are replaced, once each, and each object is remembered.
import type { Operation } from "../operation.ts";

export const DURABLE_OBJECT = "cloudflare.durable_object";

/** The id of the object that a storage belongs to, or a part of one. */
const owners = new WeakMap<object, string>();

const done = new WeakSet<object>();

export function ownerOf(part: unknown): string | undefined {
  return owners.get(part as object);
}

/** Remembers what belongs to the object of that id; `instrument` gets its prototype, if that is a new one. */
export function own<T extends object>(part: T, objectId: string, instrument: (prototype: T) => void): void {
  owners.set(part, objectId);
  instrumentOnce(part, instrument);
}

export function instrumentOnce<T extends object>(one: T, instrument: (prototype: T) => void): void {
  const prototype = Object.getPrototypeOf(one) as T;
  if (done.has(prototype)) return;
  done.add(prototype);
  instrument(prototype);
}

/** The method's operation on `part`, but for what `more` says. */
export function storageOperation(
  part: unknown,
  method: string,
  more: Partial<Operation<unknown>> = {},
): Operation<unknown> {
  return {
    name: `durable_object_storage_${method}`,
    isLeaf: true,
    ...more,
    attributes: () => ({
      "db.system.name": "cloudflare-durable-object-sql",
      "db.operation.name": method,
      [`${DURABLE_OBJECT}.id`]: ownerOf(part),
      ...more.attributes?.(),
    }),
  };
}

// Puts a property of ours on an object of the platform's or of a program's. Defined, never assigned: what is inherited may
// be read-only or a getter, and what is defined can be replaced again by whoever comes after us.

/** Shadows what `target` inherits under `name`. @throws TypeError where the target cannot be extended. */
export function setOwn(target: object, name: PropertyKey, value: unknown, isEnumerable = false): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: isEnumerable,
  });
}

// Functions and classes of ours that stand where others stood: they look like those, and where those were the platform's
// nobody wraps them a second time.

const standIns = new WeakSet<object>();

/** Returns `ours`, to be known as what it is. */
export function standIn<T extends object>(ours: T): T {
  standIns.add(ours);
  return ours;
}

export const isStandIn = (value: object): boolean => standIns.has(value);

/** Gives a function of ours the name and the length of the one that it stands in for. */
export function lookLike<T extends object>(ours: T, original: { name: string; length: number }): T {
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(ours, key, { value: original[key], configurable: true });
  }
  return ours;
}

/**
 * Gives a class of ours the looks of the runtime's own of that name: members are enumerable, and functions do not say how
 * much they take. Bundlers that minify rename classes.
 */
export function lookNative(ours: { prototype: object }, name: string): void {
  const { prototype } = ours;
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (value) Object.defineProperty(value, "length", { value: 0 });
    Object.defineProperty(prototype, key, { enumerable: value !== ours });
  }
  Object.defineProperty(ours, "name", { value: name });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, writable: true, configurable: true });
}

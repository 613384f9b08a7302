// Functions of ours that stand where others stood: they look like those, and where those were the platform's nobody wraps
// them a second time.

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

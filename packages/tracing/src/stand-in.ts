// Functions of ours that stand where the platform's global ones stood, so that nobody wraps them a second time.

const standIns = new WeakSet<object>();

/** Returns `ours`, to be known as what it is. */
export function standIn<T extends object>(ours: T): T {
  standIns.add(ours);
  return ours;
}

export const isStandIn = (value: object): boolean => standIns.has(value);

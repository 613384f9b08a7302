// What is in a value that crosses over RPC, however deep: in plain objects, lists, maps and sets, which are all that holds
// others there.

/** How many objects of a value are looked at, in about as many microseconds, which a call takes too. */
const MAX_OBJECTS = 128;

/** `value` with `replace` made to all that it holds: where that changes anything, with copies of what holds it. */
export function change(value: unknown, replace: (one: object) => object): unknown {
  if (!isObject(value)) return value;
  try {
    /** Objects that were found, with what takes their place; of those that hold others that is made when it is needed. */
    const changed = new Map<unknown, object | undefined>([[value, undefined]]);
    let isChanged = false;
    // What a map gets while it is gone through comes last.
    for (const one of changed.keys() as Iterable<object>) {
      const entries = entriesOf(one);
      if (entries === undefined) {
        const other = replace(one);
        changed.set(one, other);
        isChanged ||= other !== one;
      } else {
        for (const entry of entries) {
          if (changed.size < MAX_OBJECTS && isObject(entry) && !changed.has(entry))
            changed.set(entry, undefined);
        }
      }
    }
    const after = (one: unknown): unknown => {
      if (changed.has(one) && changed.get(one) === undefined) copy(one as object, changed, after);
      return changed.get(one) ?? one;
    };
    return isChanged ? after(value) : value;
  } catch {
    // It crosses as it is.
    return value;
  }
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** Undefined for what holds nothing. */
function entriesOf(one: object): Iterable<unknown> | undefined {
  if (one instanceof Map) return [...one.keys(), ...one.values()];
  if (one instanceof Set || Array.isArray(one)) return one;
  if (Object.getPrototypeOf(one) !== Object.prototype) return undefined;
  return Object.values(Object.getOwnPropertyDescriptors(one)).map(({ value }) => value as unknown);
}

/** Puts a copy of `one` into `copies`, whose entries are those of `one` as `after` has them. */
function copy(
  one: object,
  copies: Map<unknown, object | undefined>,
  after: (entry: unknown) => unknown,
): void {
  const like = one instanceof Map ? new Map() : one instanceof Set ? new Set() : Array.isArray(one) ? [] : {};
  // Before it is filled: objects may hold each other.
  copies.set(one, like);
  if (one instanceof Map) for (const [key, value] of one) (like as typeof one).set(after(key), after(value));
  if (one instanceof Set) for (const entry of one) (like as typeof one).add(after(entry));
  const own: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(one);
  for (const descriptor of Object.values(own)) {
    if ("value" in descriptor) descriptor.value = after(descriptor.value);
  }
  Object.defineProperties(like, own);
}

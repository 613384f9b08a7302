// Stubs, and promises of what calls give, have a member of every name. Only a Proxy sees those, and one in the place of a
// stub could not be passed on. It stands behind the prototypes of all stubs, where the runtime looks last but for the
// members of every name: a stub stays the runtime's own object, and so does its prototype, by which libraries know it.

/** Lets `of` look at the stub as the runtime has it. */
type Read = <T>(of: (stub: object) => T) => T;
type Replace = (name: string, read: Read) => unknown;

const replacing = new WeakMap<object, Replace>();
/** Prototypes that have ours behind them. */
const done = new WeakSet<object>();

/**
 * Gives a program that asks `stub` for a member that it has because it has all of them what `replace` returns. Members
 * that its class has stay as they are.
 */
export function replaceMembers(stub: object, replace: Replace): void {
  if (standBehind(stub)) replacing.set(stub, replace);
}

/** False where that cannot be, as behind a frozen prototype: members stay as they are. */
function standBehind(stub: object): boolean {
  const last = lastPrototype(stub);
  if (last === undefined) return false;
  if (done.has(last)) return true;
  const end = Object.prototype;
  const hasAll = hasAllMembers(stub);
  const behind: object = new Proxy(Object.create(end) as object, {
    get(_, name, receiver) {
      if (typeof name === "symbol" || name in end) return Reflect.get(end, name, receiver);
      const read: Read = (of) => {
        Object.setPrototypeOf(last, end);
        try {
          return of(receiver as object);
        } finally {
          Object.setPrototypeOf(last, behind);
        }
      };
      const replace = replacing.get(receiver as object);
      return replace === undefined
        ? read((own) => (own as Record<string, unknown>)[name])
        : replace(name, read);
    },
    // Whose it is, is not told. Stubs have no `then`, lest they be taken for promises, and no entries.
    has: (_, name) => name in end || (hasAll && typeof name === "string" && !/^(then|\d+)$/.test(name)),
  });
  if (!Reflect.setPrototypeOf(last, behind)) return false;
  done.add(last);
  return true;
}

/** The one before `Object.prototype`, or before ours. */
function lastPrototype(stub: object): object | undefined {
  for (let one: object | null = stub; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (done.has(one) || Object.getPrototypeOf(one) === Object.prototype) return one;
  }
  return undefined;
}

/** Whether it is a stub, or a promise of one, which answers to every name. */
export const hasAllMembers = (value: object): boolean => "enterspan:any" in value;

// Stubs, and promises of what calls give, have a member of every name. Only a Proxy sees those, and one in the place of a
// stub could not be passed on. It stands behind the prototypes of all stubs, where the runtime looks last but for the
// members of every name: a stub stays the runtime's own object, and so does its prototype, by which libraries know it.

/** Lets `of` look at the stub as the runtime has it. */
type Read = <T>(of: (stub: object) => T) => T;
type Replace = (name: string, read: Read) => unknown;
type Method = (...args: never[]) => unknown;
/** `called` is the function of ours that the program has called. */
type Meet = (stranger: object, called: Method) => unknown;

const replacing = new WeakMap<object, Replace>();
/** What is to be done with stubs of which nothing is replaced yet, by the last of their prototypes. */
const strangers = new WeakMap<object, Meet>();
/** Prototypes that have ours behind them. */
const done = new WeakSet<object>();

/**
 * Gives a program that asks `stub` for a member that it has because it has all of them what `replace` returns. Members
 * that its class has stay as they are.
 */
export function replaceMembers(stub: object, replace: Replace): void {
  if (standBehind(stub)) replacing.set(stub, replace);
}

/** Has `meet` look at each stub that is as `one` when it is first asked for a member: it may replace its members. */
export function replaceStrangers(one: object, meet: Meet): void {
  if (standBehind(one)) strangers.set(lastPrototype(one) as object, meet);
}

/** False where that cannot be, as behind a frozen prototype: members stay as they are. */
function standBehind(stub: object): boolean {
  const last = lastPrototype(stub);
  if (last === undefined) return false;
  if (done.has(last)) return true;
  const end = Object.prototype;
  const hasAll = hasAllMembers(stub);
  const get = (_: object, name: string | symbol, receiver: object): unknown => {
    if (typeof name === "symbol" || name in end) return Reflect.get(end, name, receiver);
    const read: Read = (of) => {
      Object.setPrototypeOf(last, end);
      try {
        return of(receiver);
      } finally {
        Object.setPrototypeOf(last, behind);
      }
    };
    if (!replacing.has(receiver)) strangers.get(last)?.(receiver, get);
    const replace = replacing.get(receiver);
    const member =
      replace === undefined ? read((own) => (own as Record<string, unknown>)[name]) : replace(name, read);
    return hasAll && name === "toJSON" ? unseenByJson(member as Method) : member;
  };
  const behind: object = new Proxy(Object.create(end) as object, {
    get,
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

/**
 * The runtime hides from JSON the method that is there because all are. Here JSON finds it, calls it with the key, which
 * nobody else does, and writes what it is given: the stub itself.
 */
export function unseenByJson<T extends Method>(toJSON: T): T {
  return new Proxy(toJSON, {
    apply: (_, self, args) =>
      args.length === 1 && typeof args[0] === "string" ? self : Reflect.apply(toJSON, self, args),
  });
}

/**
 * The name of its class, "" where it has none. A stub's prototype has it, so the stub is not asked for a member; what
 * `toString` says of objects depends on the Worker's compatibility date.
 */
export function classOf(value: unknown): string {
  return Object.getPrototypeOf(Object(value))?.constructor?.name ?? "";
}

/** Whether it is one of a service or an object. The class of most has another name where the Worker binds no service. */
export const isServiceStub = (value: unknown): boolean =>
  /^(Fetcher|ServiceStub|DurableObject)$/.test(classOf(value));

// Stubs as workerd's are: a few members of their class, and below those one of every name, which is a method and the
// promise of a property at once. What is called is an object in the same process, and gets what was sent as it is.
import { missing } from "./path.ts";

type Target = Record<string, unknown>;
type Handlers = [(((value: unknown) => unknown) | null)?, (((error: unknown) => unknown) | null)?];

const targets = new WeakMap<object, Target>();

/** What each promise, or promise of a property, comes to. */
const results = new WeakMap<object, () => Promise<unknown>>();

const resultOf = (of: object) => (results.get(of) as () => Promise<unknown>)();

class RpcPromise {
  // biome-ignore lint/suspicious/noThenProperty: it is one
  then(...handlers: Handlers) {
    return resultOf(this).then(...handlers);
  }
  catch(handler: Handlers[1]) {
    return resultOf(this).catch(handler);
  }
  finally(handler: () => void) {
    return resultOf(this).finally(handler);
  }
}

class RpcStub {
  dup(): RpcStub {
    return stubOf(targets.get(this) as Target);
  }
}

/** As of services, which are not known by their class alone: `ctx.exports` has a class that extends it. */
export class Fetcher {
  readonly asked: Request[] = [];
  async fetch(...args: Parameters<typeof fetch>): Promise<Response> {
    this.asked.push(new Request(...args));
    return new Response("answer");
  }
}

export class LoopbackServiceStub extends Fetcher {}

/** `own` with a member of every name that it does not have. */
function withAll<T extends object>(own: T, member: (name: string) => unknown): T {
  return new Proxy(own, {
    get: (target, name, receiver) =>
      typeof name === "symbol" || name in target ? Reflect.get(target, name, receiver) : member(name),
    has: (target, name) => name in target || typeof name === "string",
  });
}

const members = new WeakSet<object>();

/** Whether it is a member as the runtime has it. */
export const isRuntimes = (member: unknown): boolean => members.has(member as object);

function property(owner: () => Promise<unknown>, name: string): object {
  const read = async () => ((await owner()) as Target)[name];
  const called = (...args: unknown[]) =>
    promise(async () => {
      const method = await read();
      if (typeof method !== "function") throw missing(name);
      return Reflect.apply(method, await owner(), args) as unknown;
    });
  Object.setPrototypeOf(called, RpcPromise.prototype);
  const member = withAll(called, (inner) => property(read, inner));
  results.set(member, read);
  members.add(member);
  return member;
}

function promise(run: () => Promise<unknown>): object {
  const running = run();
  const made = withAll(new RpcPromise(), (name) => property(() => running, name));
  results.set(made, () => running);
  return made;
}

// biome-ignore lint/suspicious/noExplicitAny: it has members of every name
export function stubOf(target: Target, own: object = new RpcStub()): any {
  const stub = withAll(own, (name) => (name === "then" ? undefined : property(async () => target, name)));
  targets.set(stub, target);
  return stub;
}

// Calls over RPC where they are made: of methods and properties of bindings, of the promises that calls give, and of stubs
// that came back. The runtime's own promise is what the program gets, so that it can go on calling before it is there.
import { invocationOf, type Span } from "../../span.ts";
import { type PlainOperation, traceOperation } from "../operation.ts";
import { setOwn } from "../own-property.ts";
import type { Exchange } from "./exchange.ts";
import { replaceMembers } from "./members.ts";
import { contextName, isUnknownMember, RPC_MEMBER, type RpcOperation, withoutPath } from "./path.ts";
import { describeRpc } from "./span.ts";

/** Callable whether it is a method or not: only the callee knows. */
export type RpcProperty = ((...args: unknown[]) => RpcPromise) & { [name: string]: RpcProperty } & RpcPromise;

type PromiseMethod = "then" | "catch" | "finally";

export type RpcPromise = Pick<Promise<unknown>, PromiseMethod>;

/** Whether the Worker behind a binding has our member. */
export interface Peer {
  isInstrumented: boolean;
}

/** What calls of one stub have in common. */
export interface Callee {
  kind: "fetcher" | "stub" | "promise";
  /** Spans around that of the call, outermost first. */
  enclosing?: PlainOperation[];
  peer?: Peer;
  /** The span whose session the stub belongs to; by default the active one. */
  session?: Span;
}

const PROMISE_METHODS = ["then", "catch", "finally"] as const satisfies PromiseMethod[];

/** The runtime's own of the members that programs have. */
export const originals = new WeakMap<object, RpcProperty>();

export function instrumentStub(exchange: Exchange, stub: object, callee: Callee): void {
  replaceMembers(stub, (name, read) => {
    const member = read((own) => (own as Record<string, RpcProperty>)[name]);
    // A stub has no `then`, lest it be taken for a promise, and none that JSON sees.
    if (member === undefined || (name === "toJSON" && isReadByJson())) return undefined;
    const door = () => read((own) => (own as Record<string, RpcProperty>)[RPC_MEMBER]) as RpcProperty;
    return property(new Site(exchange, callee, member, [name], door));
  });
}

/** The runtime hides the members that a stub has not in truth from `JSON.stringify`, but not what is behind a stub. */
function isReadByJson(): boolean {
  const lines = String(new Error().stack).split("\n");
  return lines.slice(0, 6).some((line) => line.startsWith("    at JSON.stringify (<anonymous>"));
}

function property(site: Site): RpcProperty {
  const { member } = site;
  const prototype = Object.getPrototypeOf(member) as object;
  const seen = new Proxy(member, {
    apply: (_, __, args) => site.call(args),
    get(_, name) {
      if (isPromiseMethod(name)) return (...handlers: unknown[]) => site.read(name, handlers);
      const value = member[name as string] as RpcProperty;
      return typeof name === "symbol" || name in prototype ? value : property(site.at(name, value));
    },
  });
  originals.set(seen, member);
  return seen;
}

/** A member of a stub, or of such a member. */
class Site {
  readonly #exchange: Exchange;
  readonly #callee: Callee;
  readonly member: RpcProperty;
  readonly #path: string[];
  /** The member of the stub that takes the context. */
  readonly #door: () => RpcProperty;

  constructor(
    exchange: Exchange,
    callee: Callee,
    member: RpcProperty,
    path: string[],
    door: () => RpcProperty,
  ) {
    this.#exchange = exchange;
    this.#callee = callee;
    this.member = member;
    this.#path = path;
    this.#door = door;
  }

  at(name: string, member: RpcProperty): Site {
    return new Site(this.#exchange, this.#callee, member, [...this.#path, name], this.#door);
  }

  call(args: unknown[]): RpcPromise {
    let promise: RpcPromise | undefined;
    const settled = this.#trace("call", (member, span) => {
      const result = member(...(span === undefined ? args : this.#exchange.lend(args, span)));
      // Of a call that is made again the program has the promise already.
      if (promise !== undefined) return result;
      promise = result;
      if (span !== undefined) instrumentStub(this.#exchange, result, { kind: "promise", session: span });
      return result;
    });
    if (settled instanceof Promise) {
      for (const method of PROMISE_METHODS) {
        // What it refuses, it says itself.
        const own = (promise as RpcPromise)[method] as (...handlers: unknown[]) => unknown;
        setOwn(promise as RpcPromise, method, (...handlers: unknown[]) =>
          areFunctions(handlers) ? invoke(settled, method, handlers) : own.apply(promise, handlers),
        );
      }
    }
    return promise as RpcPromise;
  }

  read(method: PromiseMethod, handlers: unknown[]): Promise<unknown> {
    // Each reads it anew, as natively.
    const promise: RpcPromise = areFunctions(handlers)
      ? this.#trace("getProperty", (member) => member)
      : this.member;
    return invoke(promise, method, handlers);
  }

  #trace(operation: RpcOperation, send: (member: RpcProperty, span?: Span) => RpcPromise): RpcPromise {
    const exchange = this.#exchange;
    const { runtime } = exchange;
    const { active } = runtime;
    const current = active.getStore();
    const invocation = current && invocationOf(current);
    if (invocation === undefined || !runtime.config.traces.enabled) return send(this.member);
    const { kind, enclosing = [], peer, session } = this.#callee;
    const carry = (span: Span): RpcProperty =>
      this.#path.reduce(
        (member, name) => member[name] as RpcProperty,
        this.#door()[contextName(span, operation)] as RpcProperty,
      );
    if (!invocation.sampled) return send(peer?.isInstrumented ? carry(current as Span) : this.member);

    const call = describeRpc(this.#path.join("."), operation, kind);
    const make = (span: Span): RpcPromise => {
      const isCarried = peer?.isInstrumented === true;
      return send(isCarried ? carry(span) : this.member, span).then(
        (value: unknown) => exchange.receive(value, span),
        (error: unknown) => {
          if (!isCarried) throw error;
          if (!isUnknownMember(error)) throw mended(error);
          peer.isInstrumented = false;
          return send(this.member, span).then(
            (value: unknown) => exchange.receive(value, span),
            rethrow,
          ) as Promise<never>;
        },
      );
    };
    const nested = [...enclosing, call].reduceRight<(span: Span) => RpcPromise>(
      (inner, around) => (span) => traceOperation(runtime, around, (own) => inner(own ?? span)),
      make,
    );
    const parent =
      session !== undefined && invocationOf(session) === invocation ? session : (current as Span);
    return active.run(parent, () => nested(parent));
  }
}

const isPromiseMethod = (name: string | symbol): name is PromiseMethod =>
  PROMISE_METHODS.includes(name as PromiseMethod);

function invoke(promise: RpcPromise, method: PromiseMethod, handlers: unknown[]): Promise<unknown> {
  return Reflect.apply(promise[method], promise, handlers) as Promise<unknown>;
}

const areFunctions = (handlers: unknown[]): boolean =>
  handlers.length > 0 && handlers.every((handler) => typeof handler === "function");

function rethrow(error: unknown): never {
  throw error;
}

function mended(error: unknown): unknown {
  if (error instanceof TypeError) {
    for (const key of ["message", "stack"] as const) {
      const text = error[key] ?? "";
      const plain = withoutPath(text);
      if (plain !== text) setOwn(error, key, plain);
    }
  }
  return error;
}

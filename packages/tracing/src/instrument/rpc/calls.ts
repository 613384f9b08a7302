// Calls over RPC where they are made: of methods and properties of bindings, of the promises that calls give, and of stubs
// that came back. The runtime's own promise is what the program gets, so that it can go on calling before it is there.
import { invocationOf, type Span } from "../../span.ts";
import { type PlainOperation, traceOperation } from "../operation.ts";
import { setOwn } from "../own-property.ts";
import type { Exchange } from "./exchange.ts";
import { replaceMembers, unseenByJson } from "./members.ts";
import {
  formatContext,
  isUncarried,
  missing,
  notCallable,
  PLAINLY,
  RESERVED,
  RPC_METHOD,
  type RpcOperation,
} from "./path.ts";
import { NOBODY } from "./peers.ts";
import { describeRpc } from "./span.ts";

/** Callable whether it is a method or not: only the callee knows. */
export type RpcProperty = ((...args: unknown[]) => RpcPromise) & { [name: string]: RpcProperty } & RpcPromise;

type PromiseMethod = "then" | "catch" | "finally";

export type RpcPromise = Pick<Promise<unknown>, PromiseMethod>;

/** Whether the Worker behind a binding has our method. */
export interface Peer {
  isInstrumented: boolean;
  /** Whether it is this Worker, which does not lose it. */
  isOwn: boolean;
  /** Where nobody has told whether it has: whether it may, as it has a member of that name. */
  mayHave?(name: string): boolean;
}

/** What calls of one stub have in common. */
export interface Callee {
  kind: "fetcher" | "stub" | "promise";
  /** Spans around that of the call, outermost first. */
  enclosing?: PlainOperation[];
  peer?: Peer | undefined;
  /** The span whose session the stub belongs to; by default the active one. */
  session?: Span | undefined;
}

const PROMISE_METHODS = ["then", "catch", "finally"] as const satisfies PromiseMethod[];

/** The runtime's own of the members that programs have. */
export const originals = new WeakMap<object, RpcProperty>();

export function instrumentStub(exchange: Exchange, stub: object, callee: Callee): void {
  replaceMembers(stub, (name, read) => {
    const member = read((own) => (own as Record<string, RpcProperty>)[name]);
    // A stub has no `then`, lest it be taken for a promise.
    if (member === undefined) return undefined;
    const carrier = () => read((own) => (own as Record<string, RpcProperty>)[RPC_METHOD]) as RpcProperty;
    return property(new Site(exchange, callee, member, [name], carrier));
  });
}

function property(site: Site): RpcProperty {
  const { member } = site;
  const prototype = Object.getPrototypeOf(member) as object;
  const seen = new Proxy(member, {
    apply(_, __, args) {
      return site.call(args);
    },
    get(_, name) {
      if (isPromiseMethod(name)) return (...handlers: unknown[]) => site.read(name, handlers);
      const value = member[name as string] as RpcProperty;
      if (typeof name === "symbol" || name in prototype) return value;
      const inner = property(site.at(name, value));
      return name === "toJSON" ? unseenByJson(inner) : inner;
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
  /** The method of the stub that takes the context. */
  readonly #carrier: () => RpcProperty;

  constructor(
    exchange: Exchange,
    callee: Callee,
    member: RpcProperty,
    path: string[],
    carrier: () => RpcProperty,
  ) {
    this.#exchange = exchange;
    this.#callee = callee;
    this.member = member;
    this.#path = path;
    this.#carrier = carrier;
  }

  at(name: string, member: RpcProperty): Site {
    return new Site(this.#exchange, this.#callee, member, [...this.#path, name], this.#carrier);
  }

  call(args: unknown[]): RpcPromise {
    let promise: RpcPromise | undefined;
    const settled = this.#trace("call", (context, span) => {
      let told = "";
      const tell = (word: string) => {
        told = word;
      };
      const sent = span === undefined ? args : this.#exchange.lend(args, span, tell);
      const result = context === undefined ? this.member(...sent) : this.#carry(context + told, sent);
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

  /** Each time it is read anew, as natively. */
  read(method: PromiseMethod, handlers: unknown[]): Promise<unknown> {
    const promise = areFunctions(handlers)
      ? this.#trace("getProperty", (context) =>
          context === undefined ? this.member : this.#carry(context, []),
        )
      : this.member;
    return invoke(promise, method, handlers);
  }

  #carry(context: string, args: unknown[]): RpcPromise {
    return this.#carrier()([context, this.#path, ...args]);
  }

  /** Makes `send` with the context to carry, where it is carried, and with the span, where there is one. */
  #trace(operation: RpcOperation, send: (context?: string, span?: Span) => RpcPromise): RpcPromise {
    const exchange = this.#exchange;
    const { runtime } = exchange;
    const { active } = runtime;
    const current = active.getStore();
    const invocation = current && invocationOf(current);
    if (invocation === undefined || !runtime.config.traces.enabled) return send();
    const { kind, enclosing = [], peer, session } = this.#callee;
    const path = this.#path;
    const isCarried =
      peer?.isInstrumented === true &&
      peer.mayHave?.(path[0] as string) !== false &&
      !path.some((name) => RESERVED.test(name));
    const contextOf = (span: Span) => (isCarried ? formatContext(span, operation) : undefined);
    // Others may turn out not to take the context.
    if (!invocation.sampled && (!isCarried || peer.isOwn)) return send(contextOf(current as Span));

    const make = (span: Span): RpcPromise => {
      // Who does not take the context gives nothing of ours.
      const giver = kind === "fetcher" && !isCarried ? NOBODY : undefined;
      const receive = (value: unknown) => exchange.receive(value, span, undefined, giver);
      return send(contextOf(span), span).then(receive, (error: unknown) => {
        if (!isCarried) throw error;
        if (isUncarried(error)) peer.isInstrumented = peer.isOwn;
        else if ((error as Error | undefined)?.message !== PLAINLY) throw refusal(error, path);
        return send(undefined, span).then(receive, rethrow);
      });
    };
    const nested = [...enclosing, describeRpc(path.join("."), operation, kind)].reduceRight(
      (inner, around) => (span: Span) => traceOperation(runtime, around, (own) => inner(own ?? span)),
      make,
    );
    const parent =
      session !== undefined && invocationOf(session) === invocation ? session : (current as Span);
    return active.run(parent, () => nested(parent));
  }
}

/** What we say in the runtime's place, an object's error has not been thrown by the object. */
function refusal(error: unknown, path: string[]): unknown {
  const { message } = (error ?? {}) as Error;
  const refusals = [notCallable(path.join(".")), ...path.map(missing)];
  if (refusals.some((one) => one.message === message)) {
    delete (error as { durableObjectId?: string }).durableObjectId;
  }
  return error;
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

// What crosses in calls over RPC and can itself be called: functions and targets that are lent to the other side, whose
// calls come back as events, and stubs that are received. They are found in arguments and results, and inside of what
// holds them there (contents.ts).
import { active } from "../../process.ts";
import type { RemoteSpan } from "../../propagation.ts";
import type { Runtime } from "../../runtime.ts";
import { invocationOf, type Span } from "../../span.ts";
import { SERVER } from "../../span-record.ts";
import { type Fetcher, instrumentFetcher } from "../bindings/fetcher.ts";
import { isCalledByRuntime } from "../caller.ts";
import { ancestryOf, type Class } from "../construction.ts";
import { addEntrance, entry } from "../entrance.ts";
import { watchBody, watchStream } from "../handlers/body.ts";
import { type Lifetime, lifetimeOf } from "../handlers/lifetime.ts";
import { runCall } from "../handlers/run.ts";
import { annotate } from "../operation.ts";
import { setOwn } from "../own-property.ts";
import { instrumentStub, originals, type Peer } from "./calls.ts";
import { change } from "./contents.ts";
import { classOf, isServiceStub } from "./members.ts";
import type { RpcOperation } from "./path.ts";
import { NOBODY, peerOf } from "./peers.ts";
import { describeRpc, RPC_CALL } from "./span.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** Whom what is lent belongs to. */
interface Lender {
  /** The parent of calls that come back. Undefined for a target that several invocations have lent. */
  parent?: RemoteSpan;
  /** Of the event that has lent. */
  lifetime: Lifetime;
}

/** Gets 1 for each service that takes the trace's context and 0 for others, in the order in which they are found. */
type Tell = (words: string) => void;

/** Callers in other isolates never ask. */
const MAX_TOLD = 256;

const lenders = new WeakMap<object, Lender>();

export class Exchange {
  readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /**
   * Traces calls of the stubs in `value`: those of targets are part of the session of `span`. Of services their sender has
   * `told` where they lead, here if they are what the call of `span` has given; others are as `unknown` is. Returns `value`.
   */
  receive<T>(value: T, span: Span, told?: string, unknown: Peer = this.runtime.stranger): T {
    const { runtime } = this;
    let at = 0;
    change(value, (one) => {
      if (isServiceStub(one)) {
        const word = (told ?? runtime.told.get(span.spanContext().spanId))?.[at++];
        const peer = word === undefined ? unknown : { isInstrumented: word === "1", isOwn: false };
        if (!peerOf.has(one)) instrumentFetcher(runtime, one as Fetcher, undefined, peer);
      } else if (classOf(one) === "RpcStub") this.follow(one, span);
      return one;
    });
    return value;
  }

  /** Traces calls of a stub of a target, as part of a session or else where they are made. Returns the stub. */
  follow(stub: object, session?: Span): object {
    if (!peerOf.has(stub)) {
      peerOf.set(stub, NOBODY);
      const { dup } = stub as { dup: () => object };
      setOwn(stub, "dup", () => this.follow(dup.call(stub), session));
      instrumentStub(this, stub, { kind: "stub", session });
    }
    return stub;
  }

  /** For the caller, if it is in this isolate, whose call is the span of that `id`. */
  tell(id: string | undefined, word: string): void {
    const { told } = this.runtime;
    if (id !== undefined) told.set(id, word);
    if (told.size > MAX_TOLD) told.delete(told.keys().next().value as string);
  }

  /**
   * What to send in the place of `value`, or of what it is a promise of: calls of what is in it are children of `span`. If
   * there are services, where these lead goes to `tell`.
   */
  lend<T>(value: T, span: Span, tell?: Tell): T {
    const invocation = invocationOf(span);
    const lifetime = lifetimeOf(invocation);
    if (!invocation?.sampled || lifetime === undefined) return value;
    const { traceId, spanId } = span.spanContext();
    return this.#lend(
      value,
      { parent: { traceId, spanId, sampled: true, traceState: invocation.traceState }, lifetime },
      tell,
    );
  }

  #lend<T>(value: T, lender: Lender, tell?: Tell): T {
    if (value instanceof Promise || /^RpcPro/.test(classOf(value))) {
      return Promise.resolve(value).then((settled) => this.#lend(settled, lender, tell)) as T;
    }
    let words = "";
    const lent = change(value, (one) => {
      // Nobody has met it: most such are made by `ctx.exports`.
      if (isServiceStub(one)) words += Number(peerOf.get(one)?.isInstrumented ?? true);
      // The runtime refuses to send it, and says what it is.
      const original = originals.get(one);
      if (original !== undefined) return original;
      if (one instanceof ReadableStream || one instanceof Response) return watch(one, lender.lifetime);
      // A function that says how it is duplicated has to be the function itself.
      if (one instanceof Function && !("dup" in one)) {
        return new Proxy(one, {
          apply: (target, self, args) =>
            this.#answer(lender, "(this)", "call", args, () => Reflect.apply(target, self, args)),
        });
      }
      if (this.#isTarget(one)) {
        const known = lenders.get(one);
        const isShared = known !== undefined && known.parent?.spanId !== lender.parent?.spanId;
        lenders.set(one, isShared ? { lifetime: lender.lifetime } : lender);
      }
      return one;
    }) as T;
    if (words !== "") tell?.(words);
    return lent;
  }

  /** An invocation of its own, since the one that lent may be over: its spans belong to the tree of that one. */
  #answer<T>(lender: Lender, method: string, operation: RpcOperation, args: unknown[], call: () => T): T {
    const { parent, lifetime: lending } = lender;
    const context = { ...(parent && { parent }) };
    const start = { name: RPC_CALL, kind: SERVER, context, part: "rooted" as const };
    const waitUntil = (promise: Promise<unknown>) => lending.keepAlive(promise);
    return runCall(this.runtime, start, { waitUntil }, (lifetime) => {
      const { root } = lifetime.invocation;
      annotate(root, describeRpc(method, operation, "transient").attributes);
      this.receive(args, root);
      return this.#lend(call(), { ...lender, lifetime });
    });
  }

  /** Whether it is a target, whose calls are seen from now on. */
  #isTarget(value: object): boolean {
    if (lenders.has(value)) return true;
    const prototype = Object.getPrototypeOf(value) as { constructor?: Class } | null;
    const made = prototype?.constructor;
    if (made === undefined || ancestryOf(made).base !== "RpcTarget") return false;
    addEntrance(value, {
      isEvent: (name) => name !== "constructor",
      isOutside: () => active.getStore() === undefined,
      enter: (name, method) => this.#enter(name, method),
      read: (self, name, compute) => this.#come(self, name, "getProperty", [], compute),
    });
    return true;
  }

  #enter(name: string, method: Method): Method {
    // What the program calls itself goes through.
    return entry(
      method,
      (called) => active.getStore() === undefined && isCalledByRuntime(called),
      (self, args, call) => this.#come(self, name, "call", args, call),
    );
  }

  /** What is asked of a target. */
  #come(
    target: object,
    name: string,
    operation: RpcOperation,
    args: unknown[],
    call: () => unknown,
  ): unknown {
    const lender = lenders.get(target);
    return lender === undefined ? call() : this.#answer(lender, name, operation, args, call);
  }
}

/** Holds the event open until what it sends has left. What a stream's source does meanwhile is the root's. */
function watch(one: ReadableStream | Response, lifetime: Lifetime): object {
  const release = lifetime.holdForStream();
  return active.run(lifetime.invocation.root, () =>
    one instanceof Response ? watchBody(one, release) : watchStream(one, release),
  );
}

// Instruments an exported class so that each event of its instances is an invocation: requests, alarms, WebSockets'
// messages, calls over RPC. The class stays the one that the program and the runtime know, with its methods; where it
// extends one of the platform's, each instance has a layer of ours above, and else its handlers are replaced.
import { attempt } from "../attempt.ts";
import { isCalledByRuntime } from "./caller.ts";
import { ancestryOf, type Base, type Class, interceptNew, interceptSuper } from "./construction.ts";
import { addEntrance, type Entrance, entry } from "./entrance.ts";
import { runConstructor } from "./handlers/construction.ts";
import { attach, type HandlerContext } from "./handlers/context.ts";
import { EVENTS, runRpc } from "./handlers/event.ts";
import { describeRoot, type Receiver } from "./handlers/receiver.ts";
import type { Installation } from "./installation.ts";
import { setOwn } from "./own-property.ts";
import { answerCarried, answerOfInstance } from "./rpc/gate.ts";
import { RPC_METHOD } from "./rpc/path.ts";

type Method = (this: object, ...args: unknown[]) => unknown;

/** What is known of an instance. */
interface Instance {
  context: HandlerContext;
  /** Undefined where it is not known. */
  env: unknown;
  receiver: Receiver;
}

const HANDLERS = ["fetch", ...Object.keys(EVENTS)];

const MODELS: Record<Base, Receiver["executionModel"]> = {
  DurableObject: "durableObject",
  WorkerEntrypoint: "stateless",
  WorkflowEntrypoint: "workflow",
  // Never an export.
  RpcTarget: "stateless",
};

/** Methods that are neither handlers nor to be called over RPC: the runtime keeps their names for itself, or we do. */
const NO_EVENTS = new Set([RPC_METHOD, "constructor", "dup", "tailStream", "test", "trace"]);

/** Which methods of an instance are events. */
const isHandlerOrRpc = (name: string): boolean => !NO_EVENTS.has(name);
const EVENT_NAMES: Record<Base, (name: string) => boolean> = {
  DurableObject: isHandlerOrRpc,
  WorkerEntrypoint: isHandlerOrRpc,
  WorkflowEntrypoint: (name) => name === "run",
  RpcTarget: () => false,
};

export class ClassInstrumentation {
  readonly #installation: Installation;
  readonly #known = new WeakMap<object, Instance>();
  /** Classes and prototypes that are done. */
  readonly #done = new WeakSet<object>();
  readonly #standIns = new WeakMap<object, Class>();
  /** The names that classes are exported by, where that is known; "" for the default export. */
  readonly #names = new WeakMap<object, string>();

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /**
   * Returns the class to export: the same one, or, where it may be that of Durable Objects, one that stands in for it and
   * sees its constructor. The second time it does nothing more, and leaves alone what is no class that gets events.
   */
  apply<T>(exported: T, exportName?: string): T {
    const target = exported as unknown as Class;
    if (typeof target.prototype !== "object" || this.#done.has(target)) {
      return (this.#standIns.get(target) ?? exported) as T;
    }
    const { base, classes } = ancestryOf(target);
    if (base === "RpcTarget") return exported;
    if (exportName !== undefined) this.#names.set(target, exportName);
    this.#done.add(target);
    try {
      if (base !== undefined) {
        this.#seeInstances(classes, base);
        this.#takeContext(Object.getPrototypeOf((classes.at(-1) as Class).prototype) as object);
        const name = exportName === "" ? "default" : (exportName ?? target.name);
        this.#installation.runtime.carrying.set(name, target.prototype as object);
      } else for (const { prototype } of classes) this.#wrapHandlers(prototype as object);
      if (base === undefined || base === "DurableObject") return this.#standIn(target) as T;
    } catch {
      // A frozen class runs as it is, without traces.
    }
    return exported;
  }

  #wrapHandlers(prototype: object): void {
    if (this.#done.has(prototype)) return;
    this.#done.add(prototype);
    for (const name of HANDLERS) {
      const { value, enumerable } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
      if (typeof value === "function") setOwn(prototype, name, this.#wrap(name, value), enumerable === true);
    }
  }

  /** For calls that bring the trace's context. It is the platform's class that gets it: the program's own stay as they are. */
  #takeContext(prototype: object): void {
    if (Object.hasOwn(prototype, RPC_METHOD)) return;
    const installation = this.#installation;
    const { runtime } = installation;
    const answer = (self: object, given: unknown[]) =>
      answerCarried(runtime, given, answerOfInstance(self), (name, args, call, event) => {
        const instance = this.#ready(self);
        if (instance === undefined) return call();
        return runRpc(runtime, { name, ...instance }, args, () => installation.peers.whenKnown(call), event);
      });
    setOwn(prototype, RPC_METHOD, function (this: object, given: unknown[]) {
      return answer(this, given);
    });
  }

  readonly #isOutside = (): boolean => this.#installation.runtime.active.getStore() === undefined;

  #wrap(name: string, original: Method, isHandler = HANDLERS.includes(name) && name !== "connect"): Method {
    // The runtime's calls come from nowhere: what is called inside of an invocation the program calls, and that often.
    // Outside of one it calls methods too, from constructors, timers and listeners, but hardly a handler, unless it is
    // called as everybody's method is that connects to something.
    return entry(
      original,
      (called) => this.#isOutside() && (isHandler || isCalledByRuntime(called)),
      (self, args, call) => this.#deliver(self, name, args, call),
    );
  }

  /** Runs `call` as the invocation that it is. */
  #deliver(self: object, name: string, args: unknown[], call: () => unknown): unknown {
    const instance = this.#ready(self);
    if (instance === undefined) return call();
    const { context, receiver } = instance;
    const [event, step] = args;
    const delivery = { name, event, context, receiver };
    if (receiver.executionModel === "workflow") {
      return this.#installation.deliver(delivery, call, ["step", step]);
    }
    return HANDLERS.includes(name)
      ? this.#installation.deliver(delivery, call)
      : runRpc(this.#installation.runtime, delivery, args, call);
  }

  #ready(self: object): Instance | undefined {
    const instance = this.#known.get(self) ?? this.#find(self);
    return instance !== undefined && this.#isReady(instance) ? instance : undefined;
  }

  #isReady({ context, env }: Omit<Instance, "receiver">): boolean {
    const installation = this.#installation;
    // Without the bindings a configuration that lies in them cannot be read; another event will bring them.
    const isReady = env === undefined ? installation.runtime.isConfigured : installation.isReady(env);
    if (isReady) installation.instrumentBindings(env, context);
    return isReady;
  }

  #seeInstances(classes: Class[], base: Base): void {
    const entrance: Entrance = {
      isEvent: EVENT_NAMES[base],
      isOutside: this.#isOutside,
      // What a wrapper around a workflow gives the runtime calls `run` itself.
      enter: (name, method) => this.#wrap(name, method, base === "WorkflowEntrypoint" || undefined),
    };
    const prepare = () => this.#installation.prepareClasses({ classes, entrance });
    prepare();
    interceptSuper(classes.at(-1) as Class, (instance, args, newTarget) => {
      prepare();
      addEntrance(instance, entrance);
      const self = keepsHandlers(newTarget) ? this.#watchFields(instance) : instance;
      this.#meet(self, args, newTarget, MODELS[base]);
      return self;
    });
  }

  #standIn(target: Class): Class {
    const standIn = interceptNew(target, (args, make) => {
      const instance = this.#construct(target, args, make);
      // One of the platform's base class has been met on the way, but with what a wrapper around the class made of these.
      attempt(() => this.#meetWhole(instance, args, target));
      return instance;
    });
    this.#done.add(standIn);
    this.#standIns.set(target, standIn);
    return standIn;
  }

  /** Runs the constructor of what the runtime makes: the program itself may make instances too, inside of events. */
  #construct(target: Class, [context, env]: unknown[], make: () => object): object {
    const { runtime } = this.#installation;
    const isEvent = runtime.active.getStore() === undefined && isContext(context) && context.id !== undefined;
    if (!isEvent || !attempt(() => this.#isReady({ context, env }))) return make();
    return runConstructor(runtime, context, make, (root) => {
      describeRoot(root, "constructor", "other", this.#receiver(target, context, "durableObject"));
    });
  }

  /** An instance that is made: its handlers may be its own, those of a wrapper around its class too. */
  #meetWhole(instance: object, args: unknown[], made: Class): void {
    this.#meet(instance, args, made, "durableObject");
    for (const name of HANDLERS) {
      const descriptor = Object.getOwnPropertyDescriptor(instance, name);
      if (typeof descriptor?.value !== "function") continue;
      setOwn(instance, name, this.#wrap(name, descriptor.value as Method), descriptor.enumerable === true);
    }
  }

  /** An object like `instance`, of which it is one, that wraps the handlers which become its own properties. */
  #watchFields(instance: object): object {
    return new Proxy(instance, {
      defineProperty: (target, key, descriptor) => {
        const isHandler = HANDLERS.includes(key as string) && typeof descriptor.value === "function";
        return Reflect.defineProperty(
          target,
          key,
          isHandler ? { ...descriptor, value: this.#wrap(key as string, descriptor.value) } : descriptor,
        );
      },
    });
  }

  #meet(self: object, args: unknown[], made: Class, model: Receiver["executionModel"]): void {
    const [context, env] = args;
    if (typeof context !== "object" || context === null) return;
    const instance = {
      context: context as HandlerContext,
      env,
      receiver: this.#receiver(made, context as HandlerContext, model),
    };
    this.#known.set(self, instance);
    // A constructor may use them, and keep what they give.
    attach(instance.context);
    this.#isReady(instance);
  }

  /** An instance of a class that extends nothing is known by what it keeps: the state that it was given, and `env`. */
  #find(self: unknown): Instance | undefined {
    // A method that was taken off its object.
    if (typeof self !== "object" || self === null) return undefined;
    const kept = Object.values(Object.getOwnPropertyDescriptors(self)).map(({ value }) => value as unknown);
    const context = kept.find(isContext);
    if (context === undefined) return undefined;
    const { env } = self as { env?: unknown };
    const receiver = this.#receiver(self.constructor as Class, context, "durableObject");
    const instance = { context, env, receiver };
    this.#known.set(self, instance);
    return instance;
  }

  #receiver(made: Class, context: HandlerContext, executionModel: Receiver["executionModel"]): Receiver {
    const entrypoint = this.#names.get(made) ?? made.name;
    return {
      executionModel,
      ...(entrypoint !== "" && { entrypoint }),
      ...(context.id !== undefined && { objectId: String(context.id) }),
    };
  }
}

/** By its class, for a stub of another Worker answers to every name. */
function isContext(value: unknown): value is HandlerContext {
  if (typeof value !== "object" || value === null) return false;
  const isOne = /^(DurableObjectState|ExecutionContext|Object)$/.test(value.constructor?.name ?? "");
  return isOne && typeof (value as HandlerContext).waitUntil === "function";
}

const fields = new WeakMap<Class, boolean>();

/** Whether instances of a class have handlers of their own. Nothing but the text of a class tells before one is made. */
function keepsHandlers(made: Class): boolean {
  let keeps = fields.get(made);
  if (keeps === undefined) {
    // As fields or assigned in a constructor, as compilers write them too: `fetch =`, `"fetch",`.
    const field = new RegExp(`\\b(?:${HANDLERS.join("|")})(?:\\s*=(?![=>])|["'\`]\\]?\\s*(?:=(?![=>])|,))`);
    keeps = ancestryOf(made).classes.some((one) => field.test(Function.prototype.toString.call(one)));
    fields.set(made, keeps);
  }
  return keeps;
}

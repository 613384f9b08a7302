// The one runtime of an isolate or process, with the configuration that it has now or will read from the first event.
import type { CheckedSource, Config } from "../config.ts";
import type { Runtime } from "../runtime.ts";
import { ClassInstrumentation } from "./class.ts";
import type { Class } from "./construction.ts";
import type { Entrance } from "./entrance.ts";
import { EnvInstrumentation, type Instrumentations } from "./env.ts";
import type { HandlerContext } from "./handlers/context.ts";
import { type Delivery, runEvent } from "./handlers/event.ts";
import { runFetch } from "./handlers/fetch.ts";
import { Peers } from "./rpc/peers.ts";

export class Installation {
  readonly runtime: Runtime;
  /** All classes that the Worker exports. */
  readonly classes: ClassInstrumentation;
  /** Objects of handlers that are ours. */
  readonly wrapped = new WeakSet<object>();
  readonly peers: Peers;
  readonly #env: EnvInstrumentation;
  /** A function that has not been asked yet. */
  #source: Exclude<CheckedSource, Config> | undefined;

  constructor(runtime: Runtime, source: CheckedSource, instrumentations: Instrumentations) {
    this.runtime = runtime;
    this.classes = new ClassInstrumentation(this);
    this.peers = new Peers(runtime);
    this.#env = new EnvInstrumentation(runtime, this.peers, instrumentations);
    if (typeof source === "function") this.#source = source;
    else runtime.configure(source);
  }

  /** Whether there is a configuration. The first event's `env` decides, once and for all. */
  isReady(env: unknown): boolean {
    const source = this.#source;
    if (source === undefined) return this.runtime.isConfigured;
    this.#source = undefined;
    try {
      this.runtime.configure(source(env as never));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const sentence = message.replace(/^(?!enterspan: )/, "enterspan: ").replace(/(?<![.!?])$/, ".");
      this.runtime.host.warn(`${sentence} Nothing is traced.`);
    }
    return this.runtime.isConfigured;
  }

  /** Runs a handler as the invocation that it is, as soon as all that it can call is instrumented: what it gets too. */
  deliver(
    delivery: Delivery,
    handler: () => unknown,
    [key, part] = [delivery.name, delivery.event],
  ): unknown {
    if (delivery.name !== "fetch") {
      return runEvent(this.runtime, delivery, () => this.#enter(key, part, handler));
    }
    // A program that calls its own handler may give it anything.
    if (!isRequest(delivery.event)) return handler();
    return runFetch(this.runtime, delivery, () => this.#enter(key, part, handler) as Response);
  }

  #enter(key: string, part: unknown, handler: () => unknown): unknown {
    this.#env.applyTo(part, key);
    return this.peers.whenKnown(handler);
  }

  /** Does what there is to do for exported classes where the Worker runs. */
  prepareClasses(part: { classes: Class[]; entrance: Entrance }): void {
    this.#env.applyTo(part, "class");
  }

  /** Everything that the Worker exports shares its bindings: the second time there is nothing to do. */
  instrumentBindings(env: unknown, context: HandlerContext): void {
    this.#env.apply(env);
    // The Worker's bindings to its own exports.
    this.#env.apply((context as { exports?: unknown }).exports, true);
    const { id, storage } = context as { id?: unknown; storage?: object };
    if (storage) this.#env.applyTo(storage, "DurableObjectStorage", String(id));
  }
}

/** Of whatever class: servers have requests of their own. */
const isRequest = (event: unknown): boolean =>
  typeof (event as Request | undefined)?.headers?.get === "function";

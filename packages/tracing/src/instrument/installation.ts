// The one runtime of an isolate or process, with the configuration that it has now or will read from the first event.
import type { ConfigSource, TracingConfig } from "../config.ts";

import type { Runtime } from "../runtime.ts";
import { instrumentStorage, type ObjectStorage } from "./bindings/durable-object-storage.ts";
import { ClassInstrumentation } from "./class.ts";
import { EnvInstrumentation } from "./env.ts";
import type { HandlerContext } from "./handlers/lifetime.ts";
import { attempt } from "./operation.ts";
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
  #source: ((env: never) => TracingConfig) | undefined;

  /** @throws TypeError when the configuration is given and wrong. */
  constructor(runtime: Runtime, source: ConfigSource) {
    this.runtime = runtime;
    this.classes = new ClassInstrumentation(this);
    this.peers = new Peers(runtime, this.classes.carrying);
    this.#env = new EnvInstrumentation(runtime, this.peers);
    if (typeof source === "function") this.#source = source;
    else runtime.configure(source);
  }

  /** Whether there is a configuration. The first event's `env` decides, once and for all. */
  isReady(env: unknown): boolean {
    const source = this.#source;
    if (source === undefined) return this.runtime.isConfigured;
    this.#source = undefined;
    try {
      const config = source(env as never);
      if (config instanceof Promise)
        throw new TypeError("the configuration must be there at once, not a promise of it");
      this.runtime.configure(config);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const sentence = message.replace(/^(?!enterspan: )/, "enterspan: ").replace(/(?<![.!?])$/, ".");
      this.runtime.host.warn(`${sentence} Nothing is traced.`);
    }
    return this.runtime.isConfigured;
  }

  /** Everything that the Worker exports shares its bindings: the second time there is nothing to do. */
  instrumentBindings(env: unknown, context: HandlerContext): void {
    this.#env.apply(env);
    // The Worker's bindings to its own exports.
    this.#env.apply((context as { exports?: unknown }).exports, true);
    const { id, storage } = context as { id?: unknown; storage?: ObjectStorage };
    if (storage) attempt(() => instrumentStorage(this.runtime, storage, String(id)));
  }
}

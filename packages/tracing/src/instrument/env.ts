// Finds the bindings of an `env` and instruments each once. A binding is known by its class's name, which is the only
// thing that the runtime says of it.
import { attempt } from "../attempt.ts";
import type { Runtime, WorkerVersion } from "../runtime.ts";
import { isStandIn } from "../stand-in.ts";
import { CONNECTORS } from "./bindings/connect.ts";
import { FETCHERS } from "./bindings/fetcher.ts";
import type { Peer } from "./rpc/calls.ts";
import { NOBODY, type Peers, peerOf } from "./rpc/peers.ts";

/**
 * What instruments an object of the platform's, by the object's class; what an event brings, by the handler's name, and
 * the `step` of a workflow's run; exported classes (`class`) where more is to be done than everywhere. The name is that of
 * the binding, or the id of the Durable Object that a storage belongs to.
 */
export type Instrumentations = Record<
  string,
  (runtime: Runtime, target: never, name: string, peer: Peer) => void
>;

export class EnvInstrumentation {
  readonly #runtime: Runtime;
  readonly #peers: Peers;
  readonly #byClass: Instrumentations;
  readonly #seen = new WeakSet<object>();

  constructor(runtime: Runtime, peers: Peers, instrumentations: Instrumentations) {
    this.#runtime = runtime;
    this.#peers = peers;
    this.#byClass = { ...FETCHERS, ...CONNECTORS, ...instrumentations };
  }

  /**
   * Instruments the bindings of `env`; the second time that it meets an object it does nothing. `isOwn`: what they bind
   * is the Worker's own.
   */
  apply(env: unknown, isOwn = false): void {
    if (typeof env !== "object" || env === null || this.#seen.has(env)) return;
    this.#seen.add(env);
    for (const name of Object.keys(env)) {
      try {
        const binding = (env as Record<string, unknown>)[name];
        // Those of `ctx.exports` are objects that can be called.
        const isObject = (typeof binding === "object" && binding !== null) || typeof binding === "function";
        if (!isObject || this.#seen.has(binding) || isAroundSeen(binding)) continue;
        // No stranger, whatever it is.
        peerOf.set(binding, NOBODY);
        const { type = binding.constructor?.name ?? "" } = this.#runtime.config.bindings[name] ?? {};
        const instrument = this.#byClass[type];
        if (instrument === undefined) {
          if (isVersion(binding)) this.#runtime.version = binding;
          continue;
        }
        this.#seen.add(binding);
        instrument(this.#runtime, binding as never, name, this.#peers.of(name, binding, isOwn));
      } catch {
        // A binding that cannot be looked at works as it did, without spans.
      }
    }
  }

  /** Instruments what is no binding, where `key` of the table says how. What goes wrong leaves it as it is. */
  applyTo(part: unknown, key: string, name = ""): void {
    attempt(() => this.#byClass[key]?.(this.#runtime, part as never, name, NOBODY));
  }
}

/** Whether it is a proxy, as a library may put around a binding, which shows the methods that the binding has of ours. */
const isAroundSeen = (binding: object): boolean =>
  Object.values(Object.getOwnPropertyDescriptors(binding)).some(({ value }) => isStandIn(value));

/** The metadata of the Worker's version, which is a plain object and has no class. */
function isVersion(binding: object): binding is WorkerVersion {
  return Object.keys(binding).sort().join() === "id,tag,timestamp";
}

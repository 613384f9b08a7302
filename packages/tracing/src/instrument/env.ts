// Finds the bindings of an `env` and instruments each once. A binding is known by its class's name, which is the only
// thing that the runtime says of it.
import type { Runtime, WorkerVersion } from "../runtime.ts";
import { type D1Database, instrumentD1 } from "./bindings/d1.ts";
import {
  type Fetcher,
  instrumentFetcher,
  instrumentNamespace,
  type ObjectNamespace,
} from "./bindings/fetcher.ts";
import { instrumentKv, type KvNamespace } from "./bindings/kv.ts";
import { instrumentQueue, type QueueProducer } from "./bindings/queue.ts";
import { instrumentR2, type R2Bucket } from "./bindings/r2.ts";
import { serviceOf } from "./bindings/services.ts";
import type { Peer } from "./rpc/calls.ts";
import type { Peers } from "./rpc/peers.ts";

type InstrumentBinding = (runtime: Runtime, binding: object, name: string, peer: Peer) => void;

const fetcher: InstrumentBinding = (runtime, binding, _, peer) =>
  instrumentFetcher(runtime, binding as Fetcher, undefined, peer);
const namespace: InstrumentBinding = (runtime, binding, _, peer) =>
  instrumentNamespace(runtime, binding as ObjectNamespace, peer);

/** Instrumentation by the class of a binding. */
const BY_CLASS: Record<string, InstrumentBinding> = {
  KvNamespace: (runtime, binding, name) => instrumentKv(runtime, binding as KvNamespace, name),
  D1Database: (runtime, binding, name) => instrumentD1(runtime, binding as D1Database, name),
  R2Bucket: (runtime, binding, name) => instrumentR2(runtime, binding as R2Bucket, name),
  // What `enterspan run` has in its place.
  RemoteR2Bucket: (runtime, binding, name) => instrumentR2(runtime, binding as R2Bucket, name, false),
  WorkerQueue: (runtime, binding, name) => instrumentQueue(runtime, binding as QueueProducer, name),
  Fetcher: fetcher,
  DurableObjectNamespace: namespace,
  // Those of `ctx.exports`.
  LoopbackServiceStub: fetcher,
  LoopbackDurableObjectNamespace: namespace,
};

export class EnvInstrumentation {
  readonly #runtime: Runtime;
  readonly #peers: Peers;
  readonly #seen = new WeakSet<object>();

  constructor(runtime: Runtime, peers: Peers) {
    this.#runtime = runtime;
    this.#peers = peers;
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
        if (!isObject || this.#seen.has(binding)) continue;
        const { bindings } = this.#runtime.config;
        const { type = binding.constructor?.name ?? "", resource } = bindings[name] ?? {};
        const instrument = BY_CLASS[type] ?? serviceOf(type, resource);
        if (instrument === undefined) {
          if (isVersion(binding)) this.#runtime.version = binding;
          continue;
        }
        this.#seen.add(binding);
        instrument(this.#runtime, binding, name, this.#peers.of(name, binding, isOwn));
      } catch {
        // A binding that cannot be looked at works as it did, without spans.
      }
    }
  }
}

/** The metadata of the Worker's version, which is a plain object and has no class. */
function isVersion(binding: object): binding is WorkerVersion {
  return Object.keys(binding).sort().join() === "id,tag,timestamp";
}

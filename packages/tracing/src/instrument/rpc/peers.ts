// Which Workers behind bindings are instrumented as we are, and so take the trace's context over RPC. The Worker's own
// are; of others the configuration says it, or, under `enterspan dev`, they are asked: the first events wait for that.
import type { Runtime } from "../../runtime.ts";
import type { Peer, RpcProperty } from "./calls.ts";
import { isUncarried, RPC_METHOD } from "./path.ts";

/** A service that does not run answers at once that it does not. */
const ASKING_MS = 500;

/** What the Wrangler file says of bindings. */
export interface Bound {
  /** Those to the Worker's own exports, by name. */
  own: Record<string, string>;
  /** Those to other services, which may be instrumented too. */
  services: string[];
}

/** Who has no method of ours. */
export const NOBODY: Peer = { isInstrumented: false, isOwn: false };

/** What is known of services and objects that bindings and stubs lead to. */
export const peerOf = new WeakMap<object, Peer>();

export class Peers {
  readonly #runtime: Runtime;
  #bound: Bound = { own: {}, services: [] };
  /** By their methods that take the context, as the runtime has them: to ask makes no span. */
  readonly #unknown = new Map<RpcProperty, Peer>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  know(bound: Bound): void {
    this.#bound = bound;
  }

  /** `isExport`: it is the Worker's own export of that name. */
  of(name: string, binding: object, isExport: boolean): Peer {
    const { own, services } = this.#bound;
    const exported = isExport ? name : own[name];
    const isNamed = this.#runtime.config.propagation.rpc.includes(name);
    const isInstrumented = isNamed || (exported !== undefined && this.#runtime.carrying.has(exported));
    const peer = { isInstrumented, isOwn: exported !== undefined };
    if (services.includes(name)) this.#unknown.set((binding as RpcProperty)[RPC_METHOD] as RpcProperty, peer);
    return peer;
  }

  /** Calls `call` at once where there is nobody to ask. An event may not wait for what another one has asked. */
  whenKnown<T>(call: () => T): T | Promise<Awaited<T>> {
    if (this.#unknown.size === 0) return call();
    const asked = Promise.all([...this.#unknown].map(([method, peer]) => this.#ask(method, peer)));
    const late = this.#runtime.host.sleep(ASKING_MS);
    return Promise.race([asked, late]).then(call) as Promise<Awaited<T>>;
  }

  async #ask(method: RpcProperty, peer: Peer): Promise<void> {
    try {
      peer.isInstrumented = (await method([])) === true;
    } catch (error) {
      // One that cannot be reached now is asked by the next event.
      if (!isUncarried(error)) return;
    }
    this.#unknown.delete(method);
  }
}

// Instruments the bindings of an `env` as a Worker's are.
import type { Runtime } from "../runtime.ts";
import { ALL } from "./bindings/all.ts";
import { EnvInstrumentation } from "./env.ts";
import { Peers } from "./rpc/peers.ts";

export function instrumentEnv(runtime: Runtime, env: object): void {
  new EnvInstrumentation(runtime, new Peers(runtime, new Set()), ALL).apply(env);
}
